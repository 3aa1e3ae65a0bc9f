package dev.makima.daemon.command;

import dev.makima.config.DaemonConfig;
import dev.makima.git.GitTools;
import dev.makima.git.TempDirectories;
import java.nio.file.Path;

/**
 * What the command verticle is made of.
 *
 * @param git the process's one set of git tools
 * @param temporary where tasks without a repository work
 * @param workingDirectory the daemon's own
 */
public record CommandParts(DaemonConfig config, GitTools git, TempDirectories temporary, Path workingDirectory) {}
