package dev.makima.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ExaminationTest {
    private interface Look {
        List<Finding> look() throws InterruptedException;
    }

    private static Check check(String subject, Look look) {
        return new Check() {
            @Override
            public String subject() {
                return subject;
            }

            @Override
            public List<Finding> look() throws InterruptedException {
                return look.look();
            }
        };
    }

    private static Check fine(String subject) {
        return check(subject, () -> List.of(new Finding.Fine(subject, "as it should be")));
    }

    @Test
    void whatHangsIsAFindingAndHoldsUpNoOther() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        Check hangs = check("hangs", () -> {
            try {
                new CountDownLatch(1).await();
                return List.of();
            } finally {
                interrupted.countDown();
            }
        });
        List<Finding> found =
                new Examination(Duration.ofSeconds(1)).of(List.of(fine("first"), hangs, hangs, fine("last")));
        assertThat(found).extracting(Finding::subject).containsExactly("first", "hangs", "hangs", "last");
        assertThat(found.get(1)).isInstanceOf(Finding.Wrong.class);
        assertThat(found.get(1).found()).isEqualTo("no answer within 1 s");
        assertThat(found.getLast()).isInstanceOf(Finding.Fine.class);
        assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aCheckThatFailsIsAFinding() throws InterruptedException {
        List<Finding> found = new Examination(Duration.ofSeconds(20))
                .of(List.of(
                        check("one", () -> {
                            throw new MakimaException(ErrorCode.IO, "it is broken", "Mend it");
                        }),
                        check("two", () -> {
                            throw new IllegalStateException("a bug");
                        })));
        assertThat(found.getFirst()).isEqualTo(new Finding.Wrong("one", "it is broken", "Mend it"));
        assertThat(found.getLast().found()).contains("a bug");
    }
}
