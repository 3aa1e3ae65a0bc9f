package dev.makima.cli.local;

import java.io.PrintStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ctrl-C and SIGTERM as a person means them: the first asks to stop, the second forces.
 *
 * <p>A shutdown hook can't do this: a JVM that is shutting down does not hear the second signal, and ends by itself.
 */
public final class Interrupts {
    private final AtomicInteger count = new AtomicInteger();
    private final Runnable first;
    private final Runnable second;

    private Interrupts(Runnable first, Runnable second) {
        this.first = first;
        this.second = second;
    }

    /**
     * From now on both signals go there. Each is called on a thread of its own; every signal after the first one calls
     * the second.
     *
     * @return what counts them
     */
    public static Interrupts handle(Runnable first, Runnable second) {
        Interrupts interrupts = new Interrupts(first, second);
        for (String name : new String[] {"INT", "TERM"}) {
            install(name, interrupts::signalled);
        }
        return interrupts;
    }

    /**
     * Until {@link #handle} is called, either signal ends this process at once, with a line that says so. For the first
     * moments of a command, in which nothing is there yet that would have to be stopped.
     *
     * @param words what is said, without a line break
     * @param code what the process then exits with
     */
    public static void endAtOnce(PrintStream err, String words, int code) {
        Runnable end = () -> {
            err.println(words);
            err.flush();
            // Not exit: there is nothing to close, and what is being read may never end.
            Runtime.getRuntime().halt(code);
        };
        handle(end, end);
    }

    /** Whether there was one. */
    public boolean any() {
        return count.get() > 0;
    }

    private void signalled() {
        (count.incrementAndGet() == 1 ? first : second).run();
    }

    /** By reflection, since javac warns of sun.misc.Signal and every warning is an error; the module exports it. */
    private static void install(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler invoked = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    Thread.ofPlatform().daemon().name("makima-signal").start(action);
                    yield null;
                }
                case "hashCode" -> System.identityHashCode(proxy);
                case "equals" -> System.identityHashCode(proxy) == System.identityHashCode(arguments[0]);
                default -> "makima's handler of SIG" + name;
            };
            Object proxy = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, invoked);
            Object number = signal.getConstructor(String.class).newInstance(name);
            signal.getMethod("handle", signal, handler).invoke(null, number, proxy);
        } catch (ReflectiveOperationException e) {
            // Ignored signals (nohup) and JVMs without the class: Ctrl-C then ends the process at once, as usual.
            System.getLogger(Interrupts.class.getName()).log(System.Logger.Level.DEBUG, "cannot handle SIG" + name, e);
        }
    }
}
