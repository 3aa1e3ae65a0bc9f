package dev.makima.cli.command.base;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Uuids;
import dev.makima.cli.view.Printable;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Things as people name them: by the id or the first digits of it, 4 at least. Stateless. */
public final class IdBeginning {
    private static final Pattern BEGINNING = Pattern.compile("[0-9a-f]{4}[0-9a-f-]{0,31}");
    private static final int WHOLE = 36;
    /** So many are shown of those that begin so; more would not help to choose. */
    private static final int SHOWN = 8;

    private IdBeginning() {}

    /**
     * One that may be meant.
     *
     * @param about what tells it from others: its name, its state
     */
    public record Candidate(String id, String about) {}

    /**
     * The id or its beginning as it is written everywhere. Asks nobody.
     *
     * @param kind the noun of what is named, such as "task"
     * @throws MakimaException VALIDATION where it cannot be one
     */
    public static String checked(String kind, String given) {
        String text = given.strip().toLowerCase(Locale.ROOT);
        if (text.length() == WHOLE) {
            return Uuids.parse("id of a " + kind, text).toString();
        }
        if (!canBe(text)) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "not a " + kind + "'s id: " + given,
                    "Give an id or its first digits (at least 4); " + list(kind) + " shows them");
        }
        return text;
    }

    /** Whether it may be an id or the beginning of one. */
    public static boolean canBe(String given) {
        String text = given.strip().toLowerCase(Locale.ROOT);
        return text.length() == WHOLE || BEGINNING.matcher(text).matches();
    }

    /** Whether it needs nobody to tell what it begins. */
    public static boolean isWhole(String checked) {
        return checked.length() == WHOLE;
    }

    /**
     * The one that is meant.
     *
     * @param found all that begin so
     * @throws MakimaException NOT_FOUND where there is none; VALIDATION where there are more, which are listed
     */
    public static String only(String kind, String beginning, List<Candidate> found) {
        if (found.isEmpty()) {
            String what = isWhole(beginning) ? "there is no " + kind + " " : "no " + kind + " begins with ";
            throw new MakimaException(ErrorCode.NOT_FOUND, what + beginning, "See: " + list(kind));
        }
        if (found.size() > 1) {
            throw several(found.size() + " " + kind + "s begin with " + beginning, found, "Give more digits");
        }
        return found.getFirst().id();
    }

    /** What says that one has to be chosen of several, which are listed. */
    public static MakimaException several(String why, List<Candidate> found, String cure) {
        StringBuilder what = new StringBuilder(why).append(':');
        found.stream()
                .limit(SHOWN)
                .forEach(
                        one -> what.append("\n  ").append(one.id()).append("  ").append(Printable.line(one.about())));
        if (found.size() > SHOWN) {
            what.append("\n  and ").append(found.size() - SHOWN).append(" more");
        }
        return new MakimaException(ErrorCode.VALIDATION, what.toString(), cure);
    }

    /** The beginning of an id or commit. */
    public static String brief(JsonNode id) {
        String text = id.asText("");
        return text.length() > 8 ? text.substring(0, 8) : text;
    }

    private static String list(String kind) {
        return "makima " + kind + "s list";
    }
}
