package dev.makima.daemon.project;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RelativePath;
import dev.makima.config.DaemonConfig;
import dev.makima.config.DaemonConfig.TrustedRepo;
import dev.makima.config.ProjectFile;
import dev.makima.git.BroughtFiles;
import dev.makima.git.Git;
import dev.makima.git.GitSettings;
import dev.makima.git.OwnersVersion;
import dev.makima.git.SetUpMark;
import dev.makima.git.Worktree;
import dev.makima.protocol.SpawnTask;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Carries out the project file of a trusted repository: once in each new worktree before an agent works there, and once
 * before the worktree goes.
 *
 * <p>The file's version is the owner's, see {@link OwnersVersion}: what a task changes in it runs for nobody. For
 * repositories that the owner has not named nothing is carried out and nothing is read. Thread-safe; blocking.
 */
public final class ProjectSteps {
    private static final System.Logger LOG = System.getLogger(ProjectSteps.class.getName());
    private static final RelativePath FILE = new RelativePath(ProjectFile.PATH);

    private final TrustedRepos trusted;
    private final OwnersVersion versions;
    private final BroughtFiles files;
    private final StepEnvironment environment;

    /**
     * Steps of a daemon with this configuration.
     *
     * @param environment the daemon's own variables, of which commands get what agents get
     */
    public ProjectSteps(DaemonConfig config, Map<String, String> environment, Git git) {
        this.trusted = new TrustedRepos(config.worktree().trustedRepos());
        this.versions = new OwnersVersion(
                git,
                new GitSettings(
                        config.worktree().reposDir(),
                        config.worktree().baseDir(),
                        config.worktree().branchPrefix()));
        this.files = new BroughtFiles(git);
        this.environment = new StepEnvironment(config.process(), environment);
    }

    /**
     * Sets a worktree up: brings files along, then runs the commands. Does nothing where that was done before, and begins
     * again where it did not end well.
     *
     * @param say gets lines for the task's output, on any thread, one after the other
     * @throws InterruptedException where the calling thread was interrupted; the command that ran is gone by then
     * @throws MakimaException VALIDATION for a project file that cannot be used; COMMAND_FAILED for a command that failed,
     *     with its exit code and last lines; TIMEOUT where they took too long. The task cannot go on then
     */
    public void setUp(SpawnTask spawn, Worktree worktree, Consumer<String> say) throws InterruptedException {
        if (SetUpMark.of(worktree) == SetUpMark.DONE) {
            return;
        }
        Optional<TrustedRepo> entry = trusted.find(spawn.repoUrl(), worktree.repository());
        if (entry.isEmpty()) {
            warnOfUntrusted(spawn, worktree, say);
            return;
        }
        Optional<ProjectFile> file = read(worktree);
        if (file.isEmpty()) {
            return;
        }
        SetUpMark.BEGUN.note(worktree);
        Optional<Path> source = source(entry.get(), worktree);
        bring(file.get().files(), source, worktree, say);
        new CommandSteps("Set-up", say)
                .run(file.get().setUp(), worktree.path(), environment.of(spawn, worktree, source));
        SetUpMark.DONE.note(worktree);
    }

    /**
     * Runs the commands that the project file has for the end of a worktree, where its set-up was begun. That they fail, or
     * take too long, is told and nothing more: the worktree can be removed afterwards in any case.
     *
     * @param say as with {@link #setUp}
     * @throws InterruptedException where the calling thread was interrupted; the command that ran is gone by then
     */
    public void tearDown(SpawnTask spawn, Worktree worktree, Consumer<String> say) throws InterruptedException {
        try {
            if (SetUpMark.of(worktree) == SetUpMark.NONE) {
                return;
            }
            Optional<TrustedRepo> entry = trusted.find(spawn.repoUrl(), worktree.repository());
            Optional<ProjectFile> file = entry.isEmpty() ? Optional.empty() : read(worktree);
            if (file.isPresent()) {
                new CommandSteps("Tear-down", say)
                        .run(
                                file.get().tearDown(),
                                worktree.path(),
                                environment.of(spawn, worktree, source(entry.get(), worktree)));
            }
        } catch (MakimaException e) {
            LOG.log(System.Logger.Level.DEBUG, "the tear-down of " + worktree.path() + " failed", e);
            say.accept("The tear-down did not end well, and the worktree goes all the same: " + e.explain());
        }
    }

    private Optional<ProjectFile> read(Worktree worktree) throws InterruptedException {
        return versions.read(worktree, FILE, ProjectFile.LONGEST + 1).map(ProjectFile::parse);
    }

    private Optional<Path> source(TrustedRepo entry, Worktree worktree) {
        return entry.files().or(() -> BroughtFiles.checkoutOf(worktree.repository()));
    }

    private void bring(ProjectFile.Files wanted, Optional<Path> source, Worktree worktree, Consumer<String> say)
            throws InterruptedException {
        if (wanted.isEmpty()) {
            return;
        }
        if (source.isEmpty()) {
            say.accept(
                    "Files that " + ProjectFile.PATH + " names did not come along: this repository has no checkout on"
                            + " this machine. The owner can name a directory: worktree.trustedRepos ="
                            + " [{repo = \"…\", files = \"/path\"}].");
            return;
        }
        if (!Files.isDirectory(source.get())) {
            throw new MakimaException(
                    ErrorCode.NOT_FOUND,
                    "the directory " + source.get() + " that files should come along from does not exist",
                    "Make it, or correct worktree.trustedRepos");
        }
        files.bring(source.get(), worktree, new BroughtFiles.Wanted(wanted.copied(), wanted.linked(), wanted.cloned()))
                .forEach(warning -> say.accept(capitalised(warning) + "."));
    }

    private void warnOfUntrusted(SpawnTask spawn, Worktree worktree, Consumer<String> say) {
        if (Files.exists(worktree.path().resolve(ProjectFile.PATH), LinkOption.NOFOLLOW_LINKS)) {
            String place = spawn.repoUrl() == null
                    ? BroughtFiles.checkoutOf(worktree.repository())
                            .orElse(worktree.repository())
                            .toString()
                    : spawn.repoUrl().replaceFirst("^(https?://)[^/@]*@", "$1");
            say.accept(
                    ProjectFile.PATH + " was not carried out, since this machine's owner has not said that this"
                            + " repository is trusted. To trust it, add \"" + place
                            + "\" to worktree.trustedRepos in the daemon's configuration (makima daemon --help names its files).");
        }
    }

    private static String capitalised(String text) {
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
