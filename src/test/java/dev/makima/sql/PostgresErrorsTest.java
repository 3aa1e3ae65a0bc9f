package dev.makima.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.PassingTrouble;
import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What failures of a PostgreSQL server are called, and how loud they are to whoever meets them. */
class PostgresErrorsTest {
    @ParameterizedTest
    @CsvSource({
        "08006, UNAVAILABLE, DEBUG",
        "08001, UNAVAILABLE, DEBUG",
        "57P01, UNAVAILABLE, DEBUG",
        "57P03, UNAVAILABLE, DEBUG",
        "53300, UNAVAILABLE, WARNING",
        "55P03, UNAVAILABLE, WARNING",
        "28P01, DB_ERROR, WARNING",
        "42601, DB_ERROR, WARNING",
        "23505, CONFLICT, WARNING"
    })
    void aServerThatIsAwayIsToldOfByItsConnectionAlone(String state, ErrorCode code, System.Logger.Level level) {
        MakimaException failure = PostgresErrors.of("db", new SQLException("said", state));
        assertThat(failure.code()).isEqualTo(code);
        RuntimeException met = new IllegalStateException("upkeep", failure);
        assertThat(PassingTrouble.level(System.Logger.Level.WARNING, met)).isEqualTo(level);
    }
}
