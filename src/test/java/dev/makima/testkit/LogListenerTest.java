package dev.makima.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class LogListenerTest {
    private static final String NAME = LogListenerTest.class.getName();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void aSilentLoggerIsHeardAndSilentAgainAfterTheLastListener() {
        Logger logger = Logger.getLogger(NAME);
        logger.setLevel(Level.OFF);
        try (LogListener first = LogListener.to(NAME)) {
            try (LogListener second = LogListener.to(NAME)) {
                System.getLogger(NAME).log(System.Logger.Level.DEBUG, "said {0} times", 2);
                second.await(PATIENCE, "the words", "said 2 times"::equals);
            }
            System.getLogger(NAME).log(System.Logger.Level.INFO, "still heard");
            assertThat(first.messages()).containsExactly("said 2 times", "still heard");
        }
        System.getLogger(NAME).log(System.Logger.Level.ERROR, "nobody hears this");
        assertThat(logger.getLevel()).isEqualTo(Level.OFF);
        assertThat(logger.getHandlers()).isEmpty();
    }
}
