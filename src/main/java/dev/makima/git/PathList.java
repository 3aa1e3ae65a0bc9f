package dev.makima.git;

import java.util.List;

/** Lists of paths for people. */
final class PathList {
    private static final int NAMED = 10;

    private PathList() {}

    /** The first ten, and how many more there are. */
    static String some(List<String> paths) {
        String named = String.join(", ", paths.subList(0, Math.min(NAMED, paths.size())));
        return paths.size() > NAMED ? named + " and " + (paths.size() - NAMED) + " more" : named;
    }
}
