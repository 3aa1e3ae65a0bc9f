package dev.makima.daemon.bus;

/**
 * What the daemon's database holds.
 *
 * @param eventsWaiting events that the server has not acknowledged
 * @param eventsSetAside events that the server refused for good
 * @param unfinishedTasks tasks that have not reached a final state, waiting supervisors among them
 * @param openRuns runs that the server has not finally acknowledged
 */
public record StoreStatus(long eventsWaiting, long eventsSetAside, long unfinishedTasks, long openRuns) {}
