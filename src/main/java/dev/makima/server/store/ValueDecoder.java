package dev.makima.server.store;

import io.vertx.jdbcclient.spi.JDBCColumnDescriptorProvider;
import io.vertx.jdbcclient.spi.JDBCDecoderImpl;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Takes each value of a row as the driver gives it. The JDBC Client's own decoder looks first at what the column is declared
 * as, anew for each value, which for a list of tasks took twelve times as long as reading it; here the types of dates
 * and arrays, for which it does so, are not in use. Found by the client as a service. Stateless.
 */
public final class ValueDecoder extends JDBCDecoderImpl {
    /** For the service loader. */
    public ValueDecoder() {}

    @Override
    public @Nullable Object parse(ResultSet result, int position, JDBCColumnDescriptorProvider columns)
            throws SQLException {
        return cast(result.getObject(position));
    }
}
