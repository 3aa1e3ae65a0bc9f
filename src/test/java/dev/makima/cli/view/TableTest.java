package dev.makima.cli.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void columnsAreAsWideAsTheyNeedAndLinesAsTheTerminal() {
        Table table = new Table("TASK", "NAME").row("1a2b", "日本").row("x", "a name that is too long for it");
        assertThat(table.lines(Style.PLAIN, 20)).containsExactly("TASK  NAME", "1a2b  日本", "x     a name that i…");
    }

    @Test
    void theWidestColumnGivesWayAndTheFirstNever() {
        Table table = new Table("ID", "NAME", "STATUS", "SEEN")
                .row("550e8400-e29b-41d4-a716-446655440000", "a name that goes on and on and on", "running", "5 s ago");
        assertThat(table.lines(Style.PLAIN, 80))
                .containsExactly(
                        "ID                                    NAME                      STATUS   SEEN",
                        "550e8400-e29b-41d4-a716-446655440000  a name that goes on and…  running  5 s ago")
                .allMatch(line -> Printable.width(line) <= 80);
        assertThat(table.lines(Style.PLAIN, 40)).allMatch(line -> Printable.width(line) <= 40);
        assertThat(table.lines(Style.PLAIN, Integer.MAX_VALUE).get(1)).endsWith("on and on  running  5 s ago");
    }

    @Test
    void aColumnWithNothingInItGoesBeforeAnyOtherIsCut() {
        Table table = new Table("TASK", "BRANCH", "NAME", "COST").row("1a2b", "", "date parser", "");
        assertThat(table.lines(Style.PLAIN, 80))
                .containsExactly("TASK  BRANCH  NAME         COST", "1a2b          date parser");
        assertThat(table.lines(Style.PLAIN, 17)).containsExactly("TASK  NAME", "1a2b  date parser");
        assertThat(table.lines(Style.PLAIN, 16)).containsExactly("TASK  NAME", "1a2b  date pars…");
    }

    @Test
    void aColumnOfWhichHardlyAnythingWouldBeLeftGoesRatherThanTheLastOnes() {
        Table table = new Table("TASK", "STATUS", "NAME", "BRANCH", "COST")
                .row(
                        "1a2b3c4d",
                        "interrupted",
                        "a name that goes on and on",
                        "makima/task-a-name-that-goes-on",
                        "$0.0009");
        assertThat(table.lines(Style.PLAIN, 40))
                .containsExactly("TASK      STATUS      NAME       COST", "1a2b3c4d  interrupt…  a name t…  $0.0009");
        assertThat(table.lines(Style.PLAIN, 24)).containsExactly("TASK      STATUS", "1a2b3c4d  interrupted");
    }

    @Test
    void whatARowIsAboutStaysLongerThanFigures() {
        Table table = new Table("TASK", "STATUS", "NAME", "REPOSITORY", "BRANCH", "COST", "CREATED")
                .row(
                        "1a2b3c4d",
                        "interrupted",
                        "a name that goes on and on",
                        "shop",
                        "makima/docs-01c55f19",
                        "$0.0009",
                        "8 s ago");
        assertThat(table.lines(Style.PLAIN, 50))
                .containsExactly(
                        "TASK      STATUS     NAME       REPOSITO…  COST",
                        "1a2b3c4d  interrup…  a name t…  shop       $0.0009");
        assertThat(new Table("ID", "NAME", "USER")
                        .row("adcf1803-6bd5-4949-b046-cdca1dc90fd0", "laptop", "anna")
                        .lines(Style.PLAIN, 46))
                .containsExactly(
                        "ID                                    NAME", "adcf1803-6bd5-4949-b046-cdca1dc90fd0  laptop");
    }

    @Test
    void cellsCanNotBreakALine() {
        assertThat(new Table("A").row("x\ny\u001b[31m").lines(Style.PLAIN, 80)).containsExactly("A", "x y␛[31m");
    }

    @Test
    void aRowWithAnotherNumberOfCellsIsAMistake() {
        assertThatThrownBy(() -> new Table("A", "B").row("x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void figuresReadLikeSentences() {
        assertThat(Amounts.duration(420)).isEqualTo("0.4 s");
        assertThat(Amounts.duration(2000)).isEqualTo("2 s");
        assertThat(Amounts.duration(0)).isEqualTo("0 s");
        assertThat(Amounts.duration(59_900)).isEqualTo("59 s");
        assertThat(Amounts.duration(3_725_000)).isEqualTo("1 h 2 min");
        assertThat(Amounts.cost(0.00092)).isEqualTo("$0.0009");
        assertThat(Amounts.cost(1.274)).isEqualTo("$1.27");
        Instant now = Instant.parse("2026-01-01T00:10:00Z");
        assertThat(Amounts.ago("2026-01-01T00:00:00Z", now)).isEqualTo("10 min ago");
        assertThat(Amounts.ago("yesterday", now)).isEqualTo("yesterday");
    }
}
