package dev.makima.cli.doctor;

import dev.makima.base.DiskRoom;
import dev.makima.cli.view.Sizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The directories: there or to be made, writable, nobody else's to read; and the room on their disks. */
record PlacesCheck(Patient patient) implements Check {
    private static final long MUCH_TOO_LITTLE = 512L << 20;
    private static final long LITTLE = 5L << 30;
    private static final Set<PosixFilePermission> OTHERS = EnumSet.copyOf(PosixFilePermissions.fromString("---rwxrwx"));

    @Override
    public String subject() {
        return "directories";
    }

    @Override
    public List<Finding> look() {
        List<Finding> found = new ArrayList<>();
        Map<String, Path> stores = new LinkedHashMap<>();
        List<String> fine = new ArrayList<>();
        places().forEach((name, path) -> {
            Finding finding = directory(name, path);
            if (finding instanceof Finding.Fine) {
                fine.add(path + (Files.isDirectory(path) ? "" : " (not made yet)"));
            } else {
                found.add(finding);
            }
            DiskRoom.existing(path).ifPresent(there -> stores.putIfAbsent(device(there), there));
        });
        if (found.isEmpty()) {
            found.add(new Finding.Fine("directories", String.join(", ", fine)));
        }
        stores.forEach((_, path) -> found.add(room(path)));
        return found;
    }

    /** Those of their own, as far as they do not lie in the home. */
    private Map<String, Path> places() {
        Map<String, Path> places = new LinkedHashMap<>();
        Path home = patient.daemon().home();
        places.put("home", home);
        Map<String, Path> others = new LinkedHashMap<>();
        others.put("worktree.baseDir", patient.daemon().worktree().baseDir());
        others.put("worktree.reposDir", patient.daemon().worktree().reposDir());
        others.put("repos.homeDir", patient.daemon().repos().homeDir());
        others.put("localDb.path", patient.home().directory());
        others.put("spool", home.resolve("spool"));
        others.put("temp", home.resolve("temp"));
        others.forEach((name, path) -> {
            boolean own = !path.startsWith(home) || (Files.exists(path) && !isUsable(path));
            if (own) {
                places.put(name, path);
            }
        });
        return places;
    }

    private static boolean isUsable(Path path) {
        return Files.isDirectory(path) && Files.isWritable(path);
    }

    private static Finding directory(String name, Path path) {
        @Nullable Path there = DiskRoom.existing(path).orElse(null);
        if (there == null || !isUsable(there)) {
            String what = path.equals(there) ? path.toString() : path + " cannot be made: " + there;
            return new Finding.Wrong(
                    name, what + " is no directory that can be written", "Check its owner and permissions");
        }
        if (path.equals(there) && name.equals("home") && isOpen(path)) {
            return new Finding.Warning(
                    name, path + " can be entered by others, and keys and output lie in it", "Run: chmod 700 " + path);
        }
        return new Finding.Fine(name, path.toString());
    }

    private static boolean isOpen(Path directory) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory);
            return permissions.stream().anyMatch(OTHERS::contains);
        } catch (IOException e) {
            // A file system without permissions: nothing can be done about it.
            return false;
        }
    }

    /** What tells file systems apart. */
    static String device(Path there) {
        try {
            return Files.getAttribute(there, "unix:dev").toString();
        } catch (IOException e) {
            return "?";
        }
    }

    private static Finding room(Path path) {
        Optional<DiskRoom> room = DiskRoom.of(path);
        if (room.isEmpty()) {
            return new Finding.Warning("disk", "the free space at " + path + " cannot be told", "Check the disk");
        }
        long free = room.get().free();
        String found = Sizes.bytes(free) + " free of " + Sizes.bytes(room.get().total()) + " at " + path;
        if (free < MUCH_TOO_LITTLE) {
            return new Finding.Wrong("disk", found, "Make room: makima disk-usage tells what can go");
        }
        return free < LITTLE
                ? new Finding.Warning("disk", found, "Make room: makima disk-usage tells what can go")
                : new Finding.Fine("disk", found);
    }
}
