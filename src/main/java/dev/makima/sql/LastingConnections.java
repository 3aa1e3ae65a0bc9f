package dev.makima.sql;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A source whose connections outlive their server: one that was found to be closed is made again when its next statement
 * is asked for. For a pool that keeps what it has, dead or alive, as that of the Vert.x JDBC Client does. The statement
 * that finds out still fails.
 */
final class LastingConnections implements InvocationHandler {
    private final DataSource source;
    private Connection connection;

    private LastingConnections(DataSource source) throws SQLException {
        this.source = source;
        this.connection = source.getConnection();
    }

    /** The same source with connections that last. */
    static DataSource of(DataSource source) {
        return proxy(
                DataSource.class,
                (self, method, arguments) -> method.getName().equals("getConnection")
                        ? proxy(Connection.class, new LastingConnections(source))
                        : call(source, method, arguments));
    }

    @Override
    public synchronized @Nullable Object invoke(Object self, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        if (Statement.class.isAssignableFrom(method.getReturnType()) && connection.isClosed()) {
            connection = source.getConnection();
        }
        return call(connection, method, arguments);
    }

    private static @Nullable Object call(Object target, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(LastingConnections.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
