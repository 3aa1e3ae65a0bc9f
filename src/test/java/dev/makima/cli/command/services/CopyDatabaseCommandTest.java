package dev.makima.cli.command.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.Secret;
import dev.makima.cli.TestSurroundings;
import dev.makima.config.DatabaseUrl;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopyDatabaseCommandTest {
    private static final DatabaseUrl POSTGRES =
            new DatabaseUrl.Postgres(new Secret("jdbc:postgresql://h:5/db?user=anna&password=p"));

    @TempDir
    private Path directory;

    @Test
    void whatTheServerIsToBeToldHasTheUserAndNoPassword() {
        assertThat(CopyDatabaseCommand.shown("postgresql://anna@h:5/db", POSTGRES))
                .isEqualTo("postgresql://anna@h:5/db");
        assertThat(CopyDatabaseCommand.shown("postgresql://anna:p@h:5/db?currentSchema=m", POSTGRES))
                .isEqualTo("postgresql://anna@h:5/db?currentSchema=m");
        assertThat(CopyDatabaseCommand.shown("postgresql://anna:p:q@r@h:5/db", POSTGRES))
                .isEqualTo("postgresql://anna@h:5/db");
        assertThat(CopyDatabaseCommand.shown("postgresql://h:5/db?user=anna&password=p&ssl=true", POSTGRES))
                .isEqualTo("postgresql://h:5/db?user=anna&ssl=true");
        assertThat(CopyDatabaseCommand.shown("postgresql://anna@h:5/db?sslpassword=p&ssl=true&password=p", POSTGRES))
                .isEqualTo("postgresql://anna@h:5/db?ssl=true");
        assertThat(CopyDatabaseCommand.shown("jdbc:postgresql://h:5/db?password=p", POSTGRES))
                .isEqualTo("jdbc:postgresql://h:5/db");
        assertThat(CopyDatabaseCommand.shown("postgresql://anna:p?q@h:5/db", POSTGRES))
                .isEqualTo("jdbc:postgresql://h:5/db");
        assertThat(CopyDatabaseCommand.shown("b.db", new DatabaseUrl.Sqlite(Path.of("/a/b.db"))))
                .isEqualTo("jdbc:sqlite:/a/b.db");
    }

    @Test
    void aFileIsOneOfTheDirectoryThatTheCallerIsIn() {
        TestSurroundings world = new TestSurroundings(directory);
        assertThat(world.run("server", "copy-database", "missing.db", "to.db")).isEqualTo(3);
        assertThat(world.err()).contains("there is no database " + directory.resolve("missing.db"));
    }

    @Test
    void anotherKindOfDatabaseIsNamedWithoutWhatIsSecretInIt() {
        TestSurroundings world = new TestSurroundings(directory);
        assertThat(world.run("server", "copy-database", "mysql://u:secret@h/db", "to.db"))
                .isEqualTo(2);
        assertThat(world.err())
                .contains("not a database that makima can use: mysql:…", "postgresql://user@host/database")
                .doesNotContain("secret", "--database-url");
        assertThat(directory).isEmptyDirectory();
    }
}
