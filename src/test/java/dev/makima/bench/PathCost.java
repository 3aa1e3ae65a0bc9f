package dev.makima.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What one way of carrying output costs, gathered over several starts of its processes and several loads in each. */
final class PathCost {
    private static final String PER_MILLION = "s per million lines";

    private final Load load;
    private final BenchAgents agents;
    private final List<Double> first = new ArrayList<>();
    private final List<Double> rate = new ArrayList<>();
    private final List<Double> readable = new ArrayList<>();
    private final List<Double> done = new ArrayList<>();
    private final Side near = new Side();
    private final Side far = new Side();

    PathCost(Load load, BenchAgents agents) {
        this.load = load;
        this.agents = agents;
    }

    /** One side's process. */
    private static final class Side {
        private final List<Double> firstCpu = new ArrayList<>();
        private final List<Double> cpu = new ArrayList<>();
        private final List<Double> peak = new ArrayList<>();
    }

    /** So many loads, one after the other, through two processes that have done nothing before; closes them. */
    void measure(OutputPath path, int loads) throws Exception {
        try (path) {
            for (int i = 0; i < loads; i++) {
                agents.forget();
                double nearBefore = path.near().cpuSeconds();
                double farBefore = path.far().cpuSeconds();
                OutputPath.Arrival arrival = path.carry(load, agents);
                (i == 0 ? first : rate).add(load.allLines() / arrival.there() * 1e3);
                readable.add(arrival.readable() - arrival.there());
                done.add(arrival.done());
                used(near, path.near(), nearBefore, i == 0);
                used(far, path.far(), farBefore, i == 0);
            }
            near.peak.add(path.near().peakMegabytes());
            far.peak.add(path.far().peakMegabytes());
        }
    }

    private void used(Side side, Program program, double before, boolean isFirst) throws IOException {
        double perMillion = (program.cpuSeconds() - before) / load.allLines() * 1e6;
        (isFirst ? side.firstCpu : side.cpu).add(perMillion);
    }

    /** All figures of the product. */
    List<Figures> figures(String nearName, String farName, PathCost yardstick) {
        List<Figures> all = new ArrayList<>(costs(nearName, farName));
        all.add(2, new Figures("readable as entries after that", "ms", readable));
        all.add(3, new Figures("done at the server", "ms", done));
        List<Figures> yard = yardstick.costs("relay", "its peer");
        List<Figures> own = costs(nearName, farName);
        for (int i = 0; i < own.size(); i++) {
            all.add(yard.get(i).named("yardstick: " + yard.get(i).name()));
            all.add(own.get(i).ratioTo(yard.get(i)));
        }
        return all;
    }

    /** The same figures in the same order for each path. */
    private List<Figures> costs(String nearName, String farName) {
        return List.of(
                new Figures("lines, first load", "lines/s", first),
                new Figures("lines, further loads", "lines/s", rate),
                new Figures(nearName + ": processor, first load", PER_MILLION, near.firstCpu),
                new Figures(nearName + ": processor, further loads", PER_MILLION, near.cpu),
                new Figures(nearName + ": peak memory", "MB", near.peak),
                new Figures(farName + ": processor, first load", PER_MILLION, far.firstCpu),
                new Figures(farName + ": processor, further loads", PER_MILLION, far.cpu),
                new Figures(farName + ": peak memory", "MB", far.peak));
    }
}
