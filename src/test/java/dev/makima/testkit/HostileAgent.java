package dev.makima.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Executables that stand in for an agent where the real one is too well-behaved or too slow: POSIX shell scripts, each
 * written to a directory of the test on demand, which all answer {@code --version} and ignore other arguments. Nothing
 * they start outlives ten minutes.
 */
public final class HostileAgent {
    private static final String HEAD = """
            #!/bin/sh
            for argument in "$@"; do
                case "$argument" in
                    --version | -v) echo '2.1.329 (Claude Code)'; exit 0 ;;
                esac
            done
            init() {
                printf '%s\\n' '{"type":"system","subtype":"init","cwd":"/","session_id":"SESSION","tools":[],"mcp_servers":[],"model":"hostile","permissionMode":"bypassPermissions","slash_commands":[],"apiKeySource":"none","claude_code_version":"2.1.329","uuid":"UUID1"}'
            }
            # The text must be valid inside JSON quotes.
            says() {
                printf '{"type":"assistant","message":{"id":"msg_1","type":"message","role":"assistant","model":"hostile","content":[{"type":"text","text":"%s"}],"stop_reason":null,"usage":{"input_tokens":1,"output_tokens":1}},"parent_tool_use_id":null,"session_id":"SESSION","uuid":"UUID2"}\\n' "$1"
            }
            result() {
                printf '{"duration_api_ms":1,"duration_ms":2,"is_error":false,"num_turns":1,"result":"%s","session_id":"SESSION","total_cost_usd":0.0001,"type":"result","subtype":"success","usage":{"input_tokens":1,"output_tokens":1},"uuid":"UUID3"}\\n' "$1"
            }
            first_line() { head -n 1 > /dev/null; }
            until_end_of_input() { cat > /dev/null; }
            """.replace("SESSION", "5e551011-0000-4000-8000-000000000001")
            .replace("UUID1", "00000000-0000-4000-8000-000000000001")
            .replace("UUID2", "00000000-0000-4000-8000-000000000002")
            .replace("UUID3", "00000000-0000-4000-8000-000000000003");

    private static final String LINE_START =
            "{\"type\":\"assistant\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\","
                    + "\"model\":\"hostile\",\"content\":[{\"type\":\"text\",\"text\":\"";
    private static final String LINE_END = "\"}]},\"parent_tool_use_id\":null}";
    private static final int NUMBER_LENGTH = 10;

    private final Path directory;

    /** Scripts are written to this directory, which must exist and be executable from. */
    public HostileAgent(Path directory) {
        this.directory = directory;
    }

    /** Prints a text to stderr and ends with this code, having read and printed nothing else. */
    public Path exitsAtOnce(int code, String stderrText) {
        Path text = write("exits-at-once.txt", stderrText);
        return script("exits-at-once", "cat '" + text + "' >&2\nexit " + code);
    }

    /** Prints lines that are no JSON, half JSON, JSON of the wrong shape and control characters; then a result. */
    public Path printsGarbage() {
        return script("prints-garbage", """
                first_line
                init
                printf 'this is not JSON\\n\\n   \\n{"type":"assistant"\\n[1,2,3]\\n"text"\\nnull\\n42\\n{}\\n'
                printf '{"type":7}\\n{"type":"assistant","message":"text"}\\n{"type":"no_such_type","x":{"y":[]}}\\n'
                printf '{"type":"assistant","message":{"content":[{"type":"text"},{"type":"tool_use"},7,null]}}\\n'
                printf '\\033[31mred\\033[0m\\r\\nback\\bspace\\ttab\\n\\001\\002\\003\\n'
                printf 'noise on the other stream\\n' >&2
                says 'after the garbage'
                result 'survived'
                until_end_of_input
                """);
    }

    /** Prints bytes that are no UTF-8, and a zero byte, inside and outside JSON, on both streams; then a result. */
    public Path invalidUtf8() {
        return script("invalid-utf8", """
                first_line
                init
                says "$(printf 'caf\\351 \\377\\376 \\303')"
                printf '\\200\\201\\300\\257\\n\\000\\n\\355\\240\\200\\n'
                printf 'stderr \\377\\n' >&2
                says "$(printf 'valid again: caf\\303\\251 \\342\\230\\203 \\360\\237\\232\\200')"
                result 'done'
                until_end_of_input
                """);
    }

    /** Prints one assistant line whose text has so many bytes, then a result. */
    public Path hugeLine(long bytes) {
        return script("huge-line-" + bytes, """
                first_line
                init
                printf '%%s' '%s'
                head -c %d /dev/zero | tr '\\0' 'x'
                printf '%%s\\n' '%s'
                result 'that was long'
                until_end_of_input
                """.formatted(LINE_START, bytes, LINE_END));
    }

    /** Reads everything, says nothing, and does not end at the end of its input. */
    public Path silent() {
        return script("silent", "until_end_of_input\nexec sleep 600");
    }

    /** Says that it is there, and never reads its input. */
    public Path neverReadsStdin() {
        return script("never-reads", "init\nexec sleep 600");
    }

    /**
     * After the first line of input prints so many assistant lines of that many bytes each (without the newline), as
     * fast as it can, then a result; ends at the end of its input. {@link #expectedLines} tells what comes out.
     */
    public Path lines(int count, int bytes) {
        return lines("lines-" + count + "-" + bytes, bytes, "prints 1 " + count);
    }

    /** As {@link #lines}, but the second half is printed only once a file is there. */
    public Path linesInHalves(int count, int bytes, Path go) {
        return lines("halves-" + count + "-" + bytes, bytes, """
                prints 1 %d
                until [ -e '%s' ]; do sleep 0.02; done
                prints %d %d""".formatted(count / 2, go, count / 2 + 1, count));
    }

    private Path lines(String name, int bytes, String body) {
        return script(name, """
                prints() {
                    awk -v start='%s' -v end='%s' -v filler='%s' -v first="$1" -v last="$2" 'BEGIN {
                        for (i = first; i <= last; i++) printf "%%s%%09d %%s%%s\\n", start, i, filler, end
                    }'
                }
                first_line
                %s
                result 'all lines printed'
                until_end_of_input
                """.formatted(LINE_START, LINE_END, "x".repeat(padding(bytes)), body));
    }

    /** The assistant lines of {@link #lines}, without the result line. */
    public static Stream<String> expectedLines(int count, int bytes) {
        String filler = "x".repeat(padding(bytes));
        return LongStream.rangeClosed(1, count).mapToObj(i -> {
            String number = "000000000" + i;
            return LINE_START + number.substring(number.length() - 9) + " " + filler + LINE_END;
        });
    }

    /** Answers each user message by an assistant line and a result with its text; ends at the end of its input. */
    public Path echoes() {
        return script("echoes", """
                while IFS= read -r line; do
                    case "$line" in
                        *'"type":"control_request"'*)
                            id=$(printf '%s' "$line" | sed -n 's/.*"request_id" *: *"\\([^"]*\\)".*/\\1/p')
                            printf '{"type":"control_response","response":{"subtype":"success","request_id":"%s","response":{}}}\\n' "$id"
                            case "$line" in *'"end_session"'*) exit 0 ;; esac
                            continue ;;
                        *'"user"'*) ;;
                        *) continue ;;
                    esac
                    text=$(printf '%s' "$line" | sed -nE 's/.*"content" *: *"(([^"\\\\]|\\\\.)*)".*/\\1/p')
                    [ -n "$text" ] || text=$(printf '%s' "$line" | sed -nE 's/.*"text" *: *"(([^"\\\\]|\\\\.)*)".*/\\1/p')
                    init
                    says "$text"
                    result "$text"
                done
                """);
    }

    /** Ignores SIGTERM, SIGINT and SIGHUP and the end of its input; only SIGKILL ends it. */
    public Path ignoresTerm() {
        return script("ignores-term", """
                trap '' TERM INT HUP
                init
                says 'try to stop me'
                n=0
                while [ $n -lt 600 ]; do sleep 1; n=$((n + 1)); done
                """);
    }

    /** Answers by a result that is an error although its subtype says success, and ends with 1, as API failures do. */
    public Path failsWithResult(String text) {
        return script("fails-with-result", """
                first_line
                init
                printf '%%s\\n' '{"type":"result","subtype":"success","is_error":true,"result":"%s","num_turns":1,"total_cost_usd":0}'
                until_end_of_input
                exit 1
                """.formatted(text));
    }

    /** Kills itself with SIGKILL in the middle of a line. */
    public Path diesInMidLine() {
        return script("dies-in-mid-line", """
                first_line
                init
                says 'a whole line'
                printf '{"type":"assistant","message":{"content":[{"type":"te'
                kill -9 $$
                """);
    }

    /** Answers by a result and then stays, whatever becomes of its input; SIGTERM ends it. */
    public Path staysAfterItsEnd() {
        return script("stays-after-its-end", """
                first_line
                init
                says 'done, but I stay'
                result 'done'
                exec sleep 600
                """);
    }

    /**
     * Writes its arguments (one per line), its environment and its working directory to the files {@code arguments},
     * {@code environment} and {@code directory} beside the script; then answers by a result.
     */
    public Path recordsItself() {
        return script("records-itself", """
                printf '%%s\\n' "$@" > '%1$s/arguments'
                env > '%1$s/environment'
                pwd > '%1$s/directory'
                first_line
                init
                says 'recorded'
                result 'recorded'
                until_end_of_input
                """.formatted(directory.toAbsolutePath()));
    }

    /**
     * Starts a child in its own group, one in a session of its own, and one that ignores hang-ups, all of which hold
     * its output open; then answers by a result and ends at the end of its input. {@link #grandchildren} tells them.
     */
    public Path forksGrandchildren() {
        return script("forks-grandchildren", """
                first_line
                init
                sleep 600 &
                first=$!
                setsid sh -c 'echo $$ > "$0"; exec sleep 600' '%1$s.session' &
                nohup sleep 600 2>/dev/null &
                third=$!
                while [ ! -s '%1$s.session' ]; do sleep 0.01; done
                printf '%%s\\n' "$first" "$(cat '%1$s.session')" "$third" > '%1$s.new'
                mv '%1$s.new' '%1$s'
                says 'three children'
                result 'and good-bye'
                until_end_of_input
                """.formatted(grandchildrenFile()));
    }

    /**
     * Writes {@code work.txt} where it works, and starts what is hard to get rid of: a child in its own group, a tool in a
     * session of its own, and one that was forked twice, the last two deaf to SIGTERM, all holding its output open. Then
     * says {@code clinging} and waits; a message that holds {@code good-bye} makes it end by itself. {@link #clinging}
     * tells them all.
     *
     * @param clearsEnvironment whether one more is forked twice with an empty environment: only a cgroup finds it
     */
    public Path clings(boolean clearsEnvironment) {
        String deaf = "trap \"\" TERM INT HUP; echo $$ >> \"$0\"; n=0;"
                + " while [ $n -lt 600 ]; do sleep 1; n=$((n + 1)); done";
        return script("clings-" + clearsEnvironment, """
                first_line
                init
                echo 'precious' > work.txt
                : >> '%1$s'
                before=$(wc -l < '%1$s')
                sh -c 'echo $$ >> "$0"; exec sleep 600' '%1$s' &
                setsid sh -c '%2$s' '%1$s' &
                (setsid sh -c '%2$s' '%1$s' &)
                %3$s
                while [ $(($(wc -l < '%1$s') - before)) -lt %4$d ]; do sleep 0.01; done
                says 'clinging'
                while IFS= read -r line; do
                    case "$line" in *good-bye*) result 'good-bye'; exit 0 ;; esac
                done
                """.formatted(
                        clingingFile(),
                        deaf,
                        clearsEnvironment
                                ? "(env -i PATH=\"$PATH\" setsid sh -c '" + deaf + "' '" + clingingFile() + "' &)"
                                : "",
                        clearsEnvironment ? 4 : 3));
    }

    /** The process ids that {@link #clings} started; known once it said so. */
    public List<Long> clinging() {
        return numbers(clingingFile());
    }

    /** The process ids that {@link #forksGrandchildren} left; known once its first assistant line was printed. */
    public List<Long> grandchildren() {
        return numbers(grandchildrenFile());
    }

    private static List<Long> numbers(Path file) {
        try {
            return Files.readAllLines(file).stream().map(Long::valueOf).toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Kills what {@link #forksGrandchildren} left and is still there. */
    public void killGrandchildren() {
        if (Files.exists(grandchildrenFile())) {
            grandchildren().stream()
                    .flatMap(pid -> ProcessHandle.of(pid).stream())
                    .forEach(ProcessHandle::destroyForcibly);
        }
    }

    /**
     * Does the work that its plan names, see {@link SeededAgent}, and nothing else. Each start adds its process id to the
     * file {@code launches} there, and at once, before it has read anything, to {@code starts} beside the script.
     */
    public Path seeded() {
        return script("seeded", """
                echo $$ >> '%s/starts'
                IFS= read -r line
                work=${line#*WORK:}
                work=${work%%%%:*}
                echo $$ >> "$work/launches"
                . "$work/script"
                """.formatted(directory.toAbsolutePath()));
    }

    /**
     * As {@link #seeded}, and tells when it is at work: while its script sleeps it adds lines "pid seconds" to the file
     * {@code beats} there, by a clock that counts from the machine's start, and lines "pid" to the file {@code progress}
     * where it works. Each start leaves the first line of its input as {@code plan-PID}, the progress that it has found
     * as {@code found-PID}, and where it works as {@code place-PID}.
     */
    public Path watched() {
        return script("watched", """
                IFS= read -r line
                work=${line#*WORK:}
                work=${work%%:*}
                printf '%s\\n' "$line" > "$work/plan-$$"
                cat progress > "$work/found-$$" 2> /dev/null
                pwd > "$work/place-$$"
                beat() {
                    read -r up idle < /proc/uptime
                    echo "$$ $up" >> "$work/beats"
                    echo "$$" >> progress
                }
                sleep() {
                    case $1 in
                        300) command sleep 300; return ;;
                    esac
                    millis=${1#*.}
                    millis=${millis#0}
                    millis=${millis#0}
                    left=$((${1%.*} * 1000 + millis))
                    while [ "$left" -gt 0 ]; do
                        beat
                        command sleep 0.05
                        left=$((left - 50))
                    done
                }
                beat
                echo $$ >> "$work/launches"
                . "$work/script"
                """);
    }

    /**
     * Any other behaviour. The functions {@code init}, {@code says TEXT}, {@code result TEXT}, {@code first_line} and
     * {@code until_end_of_input} are there.
     */
    public Path script(String name, String body) {
        Path text = write(name + ".sh", HEAD + body + "\n");
        Path file = directory.resolve(name).toAbsolutePath();
        try {
            return Executable.install(text, file);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /**
     * Has an agent do this whenever it is asked for its version, before it answers. The program is another file then, so
     * one that runs goes on as it was.
     */
    public void doesWhenAskedForItsVersion(Path agent, String shell) {
        try {
            Executable.write(
                    agent, Files.readString(agent).replace("--version | -v)", "--version | -v) " + shell + ";"));
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private static int padding(int bytes) {
        int padding = bytes - LINE_START.length() - LINE_END.length() - NUMBER_LENGTH;
        // The filler travels as one argument of awk, which must stay below 128 KiB.
        if (padding < 0 || padding > 100_000) {
            throw new IllegalArgumentException(
                    "a line has " + (bytes - padding) + " to 100,000 bytes; hugeLine makes longer ones");
        }
        return padding;
    }

    private Path clingingFile() {
        return directory.resolve("clinging").toAbsolutePath();
    }

    private Path grandchildrenFile() {
        return directory.resolve("grandchildren").toAbsolutePath();
    }

    private Path write(String name, String text) {
        try {
            return Files.writeString(directory.resolve(name), text, StandardCharsets.UTF_8);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }
}
