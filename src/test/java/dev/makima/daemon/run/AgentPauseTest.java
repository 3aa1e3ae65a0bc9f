package dev.makima.daemon.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.daemon.lease.Term;
import dev.makima.process.WatchTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AgentPauseTest {
    private static final Duration UNTIL = Duration.ofSeconds(1000);

    @Test
    void aWatchComesWhenADaemonThatLivesHasDoneItAndBeforeAServerHandsTheTaskOver() {
        assertThat(AgentPause.watchTime(new Term(UNTIL, Duration.ofSeconds(120))))
                .isEqualTo(new WatchTime(Duration.ofSeconds(1015), Duration.ofSeconds(10)));
        assertThat(AgentPause.watchTime(new Term(UNTIL, Duration.ofDays(1))))
                .isEqualTo(new WatchTime(Duration.ofSeconds(1015), Duration.ofSeconds(10)));
        assertThat(AgentPause.watchTime(new Term(UNTIL, Duration.ofSeconds(12))))
                .isEqualTo(new WatchTime(Duration.ofMillis(1_001_500), Duration.ofSeconds(1)));
    }
}
