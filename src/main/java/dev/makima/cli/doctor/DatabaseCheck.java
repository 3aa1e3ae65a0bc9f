package dev.makima.cli.doctor;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.view.Sizes;
import dev.makima.sql.DatabaseSettings;
import dev.makima.sql.DatabaseView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A SQLite database: readable, ours, of a schema that this program knows, whole.
 *
 * @param subject whose it is
 * @param migrations the resource directory of its schema
 */
record DatabaseCheck(String subject, Path file, String migrations) implements Check {
    /** Of the daemon. */
    static final String DAEMON = "dev/makima/daemon/store/sql";

    /** Of the server. */
    static final String SERVER = "dev/makima/server/store/sql";

    /** Larger ones are read for seconds, and disturb who works. */
    private static final long LARGEST_CHECKED = 1L << 30;

    private static final long LARGE_LOG = 256L << 20;

    @Override
    public List<Finding> look() {
        if (!Files.exists(file)) {
            return List.of(new Finding.Fine(subject, file + ": none yet"));
        }
        try (DatabaseView view = DatabaseView.open(DatabaseSettings.sqlite(file, migrations))) {
            return List.of(look(view));
        } catch (MakimaException e) {
            String cure = e.cure().orElse("Stop what uses it, and restore it from a backup or move it away");
            return List.of(
                    e.code() == ErrorCode.NOT_FOUND
                            ? new Finding.Fine(subject, file + ": none yet")
                            : new Finding.Wrong(subject, e.what(), cure));
        }
    }

    private Finding look(DatabaseView view) {
        int schema = view.schema();
        int known = view.knownSchema();
        long size = size(file);
        long log = size(file.resolveSibling(file.getFileName() + "-wal"));
        String found = file + ", schema " + schema + ", " + Sizes.bytes(size) + ", log " + Sizes.bytes(log);
        if (schema > known) {
            return new Finding.Wrong(
                    subject,
                    found + ": set up by a newer makima (this one knows schema " + known + ")",
                    "Use the newer makima, or another file");
        }
        if (size <= LARGEST_CHECKED) {
            Optional<String> damage = view.damage();
            if (damage.isPresent()) {
                return new Finding.Wrong(
                        subject,
                        file + " is damaged: " + damage.get(),
                        "Stop what uses it, and restore it from a backup or move it away");
            }
        } else {
            found += ", too large to be checked in passing";
        }
        if (log > LARGE_LOG) {
            return new Finding.Warning(
                    subject,
                    found,
                    "Its log does not get shorter: something reads from it for very long. End that, or start makima anew");
        }
        String older = schema < known ? " (brought up to " + known + " at the next start)" : "";
        return new Finding.Fine(subject, found + older);
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            // There is none.
            return 0;
        }
    }
}
