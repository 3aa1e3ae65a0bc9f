package dev.makima.daemon.bus;

/** Asks a component how it is: each answers its own small record, from what it has in memory and one look at the disk. */
public record StatusAsked() {}
