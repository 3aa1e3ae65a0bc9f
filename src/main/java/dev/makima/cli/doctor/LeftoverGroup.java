package dev.makima.cli.doctor;

import dev.makima.cli.doctor.Space.Size;
import dev.makima.cli.view.Amounts;
import dev.makima.cli.view.Sizes;
import dev.makima.daemon.upkeep.Leftover;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Things of one kind that are left over and fare alike, in one finding: one is told in full; of several how many, how much
 * space they take, how old the oldest is, and the first as an example.
 *
 * @param members not empty; all may go, or all stay
 */
record LeftoverGroup(List<Leftover> members, Space space) {
    private static final String EACH = "each of them: makima doctor --verbose";

    Finding finding() {
        Leftover first = members.getFirst();
        boolean single = members.size() == 1;
        String subject = single ? "leftover" : "leftovers";
        if (first.removable()) {
            String which = single ? word(first) + " " + first.subject() : number() + ", such as " + first.subject();
            return new Finding.Warning(
                    subject,
                    which + measures() + ": " + first.reason(),
                    "Can go: makima doctor --clean" + (single ? "" : "; " + EACH));
        }
        String which = single
                ? word(first) + " " + first.subject() + measures() + ": " + first.reason()
                : number() + measures() + ", such as " + first.subject() + ": " + first.reason();
        if (first.kind() == Leftover.Kind.PROCESSES) {
            // Nobody looks after them, and no clean-up may end them.
            return new Finding.Warning(
                    subject,
                    which,
                    first.advice().orElse("Look at them: nobody looks after them") + (single ? "" : "; " + EACH));
        }
        String advice = single ? first.advice().map(text -> ". " + text).orElse("") : "; what to do about " + EACH;
        return new Finding.Fine(subject, "kept, since nothing proves that nobody needs it: " + which + advice);
    }

    private String number() {
        return members.size() + " " + words(members.getFirst());
    }

    /** " (1.2 GB, the oldest 3 days ago)"; empty for what lies nowhere. */
    private String measures() {
        List<Path> paths =
                members.stream().map(Leftover::path).filter(Objects::nonNull).toList();
        if (paths.isEmpty()) {
            return "";
        }
        Size size = paths.stream().map(space::of).reduce(Size.NOTHING, Size::plus);
        String age = paths.stream()
                .flatMap(LeftoverGroup::changed)
                .min(Comparator.naturalOrder())
                .map(oldest -> ", " + (members.size() == 1 ? "from " : "the oldest from ")
                        + Amounts.ago(oldest.toString(), Instant.now()))
                .orElse("");
        return " (" + (size.whole() ? "" : "more than ") + Sizes.bytes(size.bytes()) + age + ")";
    }

    private static Stream<Instant> changed(Path path) {
        try {
            return Stream.of(
                    Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant());
        } catch (IOException e) {
            // It went away meanwhile.
            return Stream.empty();
        }
    }

    private static String word(Leftover left) {
        return switch (left.kind()) {
            case PROCESSES -> "processes";
            case WORKTREE -> "worktree";
            case SPOOL -> "output";
            case EVENTS -> "events";
            case TEMPORARY -> "directory";
            case CGROUPS -> "cgroups";
            case COPY -> "program";
        };
    }

    private static String words(Leftover left) {
        return switch (left.kind()) {
            case PROCESSES -> "groups of processes";
            case WORKTREE -> "worktrees";
            case SPOOL -> "outputs of runs";
            case EVENTS -> "groups of events";
            case TEMPORARY -> "directories";
            case CGROUPS -> "groups of cgroups";
            case COPY -> "copies of the program";
        };
    }
}
