package dev.makima.daemon.store;

import dev.makima.sql.DatabaseView;
import java.nio.file.Path;

/**
 * A look at the daemon's database by somebody who does not own it. Opened for reading only, also beside a daemon that
 * runs. Blocking; to be used by one thread.
 */
public final class StateView implements AutoCloseable {
    private final DatabaseView view;

    private StateView(DatabaseView view) {
        this.view = view;
    }

    /**
     * Opens it.
     *
     * @throws dev.makima.base.MakimaException NOT_FOUND where there is none; DB_ERROR where it is damaged, not the
     *     daemon's, or cannot be read
     */
    public static StateView open(Path file) {
        return new StateView(DatabaseView.open(StateFile.settings(file)));
    }

    /** The database under the tables. */
    public DatabaseView database() {
        return view;
    }

    /**
     * What it knows now.
     *
     * @throws dev.makima.base.MakimaException DB_ERROR where it cannot be read, as where its schema is older than this
     *     program's
     */
    public Inventory inventory() {
        return view.read(InventoryTable::read);
    }

    @Override
    public void close() {
        view.close();
    }
}
