package dev.makima.protocol;

/** The WebSocket close codes that mean something here. */
public final class CloseCodes {
    /** A frame was larger than the receiver takes. */
    public static final short TOO_BIG = 1009;
    /** Another connection of the same daemon has replaced this one. */
    public static final short REPLACED = 4409;

    private CloseCodes() {}
}
