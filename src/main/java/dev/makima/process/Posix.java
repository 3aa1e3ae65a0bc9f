package dev.makima.process;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.Charset;
import java.nio.file.Path;

/** The system calls that Java has no words for. Thread-safe. */
final class Posix {
    private static final int ESRCH = 3;
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO_OPTION = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO =
            Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle KILL =
            link("kill", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle MKFIFO =
            link("mkfifo", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));

    private Posix() {}

    /**
     * Sends the signal to one process.
     *
     * @return false where there is no such process any more
     * @throws IllegalArgumentException for 0, 1 and our own number: that is never what was meant
     * @throws MakimaException COMMAND_FAILED where it is not ours to signal
     */
    static boolean kill(long pid, Signal signal) {
        return killChecked(pid, Math.toIntExact(pid), signal);
    }

    /** Sends the signal to a process group, under the same rules as {@link #kill}. */
    static boolean killGroup(long group, Signal signal) {
        return killChecked(group, Math.toIntExact(-group), signal);
    }

    /**
     * Makes a named pipe that only its owner may use.
     *
     * @throws MakimaException IO where that is not possible
     */
    static void mkfifo(Path file) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
            // Paths are bytes to the kernel: those of the charset that Java itself uses for them, which may be any.
            byte[] name = file.toString().getBytes(Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")));
            MemorySegment path = arena.allocate(name.length + 1L);
            MemorySegment.copy(name, 0, path, ValueLayout.JAVA_BYTE, 0, name.length);
            int result = (int) MKFIFO.invokeExact(state, path, 0600);
            if (result != 0) {
                throw new MakimaException(
                        ErrorCode.IO,
                        "cannot make the pipe " + file + ": errno " + errno(state),
                        "The spool has to lie on a file system that knows named pipes, with space left");
            }
        } catch (MakimaException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("mkfifo cannot be called", e);
        }
    }

    private static boolean killChecked(long pid, int target, Signal signal) {
        // kill(0), kill(-1) and kill(1) reach our own group, everybody, and the machine.
        if (pid <= 1 || pid == ProcessHandle.current().pid()) {
            throw new IllegalArgumentException("refusing to signal process " + pid);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
            int result = (int) KILL.invokeExact(state, target, signal.number());
            if (result == 0) {
                return true;
            }
            int errno = errno(state);
            if (errno == ESRCH) {
                return false;
            }
            throw new MakimaException(
                    ErrorCode.COMMAND_FAILED,
                    "cannot send " + signal + " to process " + pid + ": errno " + errno,
                    "It belongs to another user; end it by hand");
        } catch (MakimaException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("kill cannot be called", e);
        }
    }

    private static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    // The manifest and the test JVM allow native access; "restricted" says no more than that it has to be allowed.
    @SuppressWarnings("restricted")
    private static MethodHandle link(String name, FunctionDescriptor descriptor) {
        MemorySegment symbol = LINKER.defaultLookup()
                .find(name)
                .orElseThrow(() -> new IllegalStateException("the C library has no " + name));
        return LINKER.downcallHandle(symbol, descriptor, ERRNO_OPTION);
    }
}
