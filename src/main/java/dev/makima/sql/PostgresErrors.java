package dev.makima.sql;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.OutageException;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a failure of PostgreSQL means to the one who reads it, by its SQLSTATE. */
final class PostgresErrors {
    /** The server has ended the connection. */
    private static final Set<String> ENDED = Set.of("57P01", "57P02", "57P05", "25P03");
    /** There was none to be had in the first place. */
    private static final Set<String> REFUSED = Set.of("08001", "08004");

    private PostgresErrors() {}

    /** Whether the connection that the statement was sent by is gone. */
    static boolean isLost(SQLException e) {
        String state = state(e);
        return (state.startsWith("08") && !REFUSED.contains(state)) || ENDED.contains(state);
    }

    /** Whether a lock was not to be had in time. */
    static boolean isTimeout(SQLException e) {
        return state(e).equals("55P03");
    }

    /** The failure of a statement or of connecting, named by the database and with its cure. */
    static MakimaException of(String database, SQLException e) {
        String state = state(e);
        if (state.startsWith("23")) {
            return new MakimaException(ErrorCode.CONFLICT, "the database refused a row: " + message(e), null, e);
        }
        return switch (state) {
            case "08004" ->
                error(
                        database,
                        "the server wants a password",
                        "Set database.password, in the file or as MAKIMA_DATABASE_PASSWORD",
                        e);
            case "28P01" ->
                error(
                        database,
                        "the server refuses the password",
                        "Check the user in database.url, and database.password or MAKIMA_DATABASE_PASSWORD",
                        e);
            case "28000" ->
                error(
                        database,
                        "the server refuses the user: " + message(e),
                        "Check the user in database.url, and the server's pg_hba.conf",
                        e);
            case "3D000" ->
                error(database, "there is no such database", "Make it on the server: createdb, or CREATE DATABASE", e);
            case "42501" ->
                error(
                        database,
                        "its user may not do this: " + message(e),
                        "Make the user the database's owner: ALTER DATABASE … OWNER TO …",
                        e);
            case "53100" ->
                error(
                        database,
                        "the server's disk is full",
                        "Make room on its disk; what was acknowledged before is kept",
                        e);
            case "53300" ->
                unavailable(
                        database,
                        "the server has no connection left",
                        "Raise max_connections there, or end other clients",
                        e);
            case "55P03" ->
                unavailable(
                        database,
                        "another program has held its lock for too long",
                        "See pg_locks on the server for who holds it",
                        e);
            case "25006" -> error(database, "it can only be read", "Name the primary server in database.url", e);
            case "57P03" -> away(database, "the server is starting or stopping", "Try again in a moment", e);
            default ->
                state.startsWith("08") || ENDED.contains(state)
                        ? away(
                                database,
                                "the server does not answer: " + message(e),
                                "Check that it runs, and host and port in database.url",
                                e)
                        : error(database, message(e), null, e);
        };
    }

    /** An error of the database that names it. */
    static MakimaException error(String database, String what, @Nullable String cure, @Nullable Throwable cause) {
        return new MakimaException(ErrorCode.DB_ERROR, "database " + database + ": " + what, cure, cause);
    }

    private static MakimaException unavailable(String database, String what, String cure, SQLException cause) {
        return new MakimaException(ErrorCode.UNAVAILABLE, "database " + database + ": " + what, cure, cause);
    }

    private static MakimaException away(String database, String what, String cure, SQLException cause) {
        return new OutageException("database " + database + ": " + what, cure, cause);
    }

    /** The first line: details and positions come on further ones. */
    private static String message(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private static String state(SQLException e) {
        return Objects.requireNonNullElse(e.getSQLState(), "");
    }
}
