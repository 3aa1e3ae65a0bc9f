package dev.makima.cli.doctor;

import dev.makima.cli.local.LocalInstance;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The instance that commands of this machine share ({@code makima up}, {@code makima run}): there, and answering. */
record InstanceCheck(Patient patient) implements Check {
    @Override
    public String subject() {
        return "instance";
    }

    @Override
    public List<Finding> look() throws InterruptedException {
        Optional<LocalInstance.Use> live =
                new LocalInstance(patient.surroundings().home()).attach();
        if (live.isEmpty()) {
            return List.of(new Finding.Fine("instance", "none runs here (makima up starts one that stays)"));
        }
        try (LocalInstance.Use use = live.get()) {
            String url = use.instance().url().value();
            String who = "process " + use.instance().pid() + " at " + url;
            try {
                int status = Http.get(
                                use.instance().url().api() + "/mesh/daemons",
                                use.instance().key().reveal())
                        .statusCode();
                return List.of(
                        status == 200
                                ? new Finding.Fine("instance", who)
                                : new Finding.Wrong(
                                        "instance",
                                        who + " answers with HTTP status " + status,
                                        "End it and start it again: makima up"));
            } catch (IOException e) {
                return List.of(new Finding.Wrong(
                        "instance",
                        who + " does not answer: " + Http.reason(e),
                        "It hangs, or is ending. Wait a moment, or end process "
                                + use.instance().pid()));
            }
        }
    }
}
