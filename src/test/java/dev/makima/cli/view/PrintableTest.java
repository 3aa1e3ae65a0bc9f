package dev.makima.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void lineBreaksAndUnicodeStayAsTheyAre() {
        assertThat(Printable.text("Grüße\n日本語 🎉\r\nx\ty")).isEqualTo("Grüße\n日本語 🎉\nx    y");
    }

    @Test
    void wideCharactersTakeTwoColumnsAndMarksNone() {
        assertThat(Printable.width("abc")).isEqualTo(3);
        assertThat(Printable.width("日本")).isEqualTo(4);
        assertThat(Printable.width("e\u0301")).isEqualTo(1);
        assertThat(Printable.width("🎉")).isEqualTo(2);
    }

    @Test
    void cuttingNeverSplitsACharacterAndKeepsTheWidth() {
        assertThat(Printable.fit("日本語", 6)).isEqualTo("日本語");
        assertThat(Printable.fit("日本語", 5)).isEqualTo("日本…");
        assertThat(Printable.fit("🎉🎉🎉", 4)).isEqualTo("🎉…");
    }

    @Test
    void wrappingKeepsTheIndentOfCode() {
        assertThat(Printable.wrap("    if (x) { return yes; }", 14)).containsExactly("    if (x) {", "return yes; }");
    }

    @Test
    void aWordForAShellIsQuotedWhereItHasTo() {
        assertThat(Shell.quote("/a/b-c_d.txt")).isEqualTo("/a/b-c_d.txt");
        assertThat(Shell.quote("it's $HOME")).isEqualTo("'it'\\''s $HOME'");
        assertThat(Shell.quote("a\u001b[31mb")).isEqualTo("'a␛[31mb'");
    }
}
