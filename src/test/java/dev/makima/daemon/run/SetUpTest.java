package dev.makima.daemon.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SetUpTest {
    private final SetUp setUp = new SetUp();

    @AfterEach
    void noInterruptIsLeftBehind() {
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void aStopBeforeItKeepsItFromStarting() {
        setUp.interrupt();
        assertThatThrownBy(() -> setUp.run(() -> {
                    throw new AssertionError("it started");
                }))
                .isInstanceOf(SetUp.Stopped.class);
    }

    @Test
    void aStopDuringItEndsWhatItWaitsFor() {
        CountDownLatch never = new CountDownLatch(1);
        assertThatThrownBy(() -> setUp.run(() -> {
                    Thread.ofPlatform().start(setUp::interrupt);
                    never.await();
                    throw new AssertionError("it went on");
                }))
                .isInstanceOf(SetUp.Stopped.class);
    }

    @Test
    void aStopThatFailsAWriteIsAStopAndNoFailure() {
        assertThatThrownBy(() -> setUp.run(() -> {
                    setUp.interrupt();
                    // As a file channel does: the flag stays, and the exception is another one.
                    throw new MakimaException(ErrorCode.IO, "cannot write: ClosedByInterruptException");
                }))
                .isInstanceOf(SetUp.Stopped.class);
    }

    @Test
    void aStopThatComesTooLateForItDoesNotReachWhatFollows() throws InterruptedException {
        CountDownLatch left = new CountDownLatch(1);
        try {
            setUp.run(() -> {
                setUp.interrupt();
                left.countDown();
                throw new IllegalStateException("through");
            });
        } catch (SetUp.Stopped e) {
            // Which of the two is told does not matter here.
        }
        left.await();
        setUp.interrupt();
    }

    @Test
    void anInterruptBySomebodyElseStaysOne() {
        assertThatThrownBy(() -> setUp.run(() -> {
                    Thread.currentThread().interrupt();
                    new CountDownLatch(1).await();
                    throw new AssertionError("it went on");
                }))
                .isInstanceOf(InterruptedException.class);
    }

    @Test
    void aFailureOfItsOwnStaysOne() {
        assertThatThrownBy(() -> setUp.run(() -> {
                    throw new MakimaException(ErrorCode.NOT_FOUND, "no repository");
                }))
                .isInstanceOf(MakimaException.class);
        setUp.interrupt();
    }
}
