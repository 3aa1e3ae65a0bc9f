package dev.makima.cli.completion;

/** The script for zsh 5, with descriptions. Stateless. */
public final class ZshScript {
    private static final String REST = """
            _makima() {
                local word place='' expects='' number=0 i
                local -a commands options valued
                _makima_of ''
                for ((i = 2; i < CURRENT; i++)); do
                    word=${words[i]}
                    if [[ -n $expects ]]; then
                        expects=''
                    elif [[ $word == -* ]]; then
                        (( ${valued[(Ie)$word]} )) && expects=$word
                    elif (( ${commands[(I)${(b)word}:*]} )); then
                        place="${place:+$place }$word"
                        _makima_of "$place"
                        number=0
                    else
                        (( number++ ))
                    fi
                done
                word=${words[CURRENT]}
                if [[ -z $expects && $word == --*=* ]]; then
                    expects=${word%%=*}
                    compset -P '*='
                fi
                if [[ -n $expects ]]; then
                    _makima_values "$place $expects"
                elif [[ $word == -* ]]; then
                    _describe -o option options
                elif (( $#commands )); then
                    _describe command commands
                else
                    _makima_values "$place #$number"
                fi
            }
            _makima_ids() {
                local -a ids
                ids=(${(f)"$(${words[1]} ids $1 2>/dev/null </dev/null)"})
                ids=(${ids/$'\\t'/:})
                _describe $1 ids
            }
            compdef _makima makima
            """;

    private ZshScript() {}

    /** The script. */
    public static String of(CommandTree top) {
        StringBuilder of = new StringBuilder();
        StringBuilder values = new StringBuilder();
        for (CommandTree command : top.all()) {
            of.append("    '").append(command.path()).append("')\n        commands=(");
            command.commands()
                    .forEach((name, one) -> of.append("\n            ").append(described(name, one.summary())));
            of.append(")\n        options=(");
            for (CommandTree.Option option : command.options()) {
                option.names().forEach(name -> of.append("\n            ").append(described(name, option.summary())));
            }
            of.append(")\n        valued=(").append(String.join(" ", command.valueOptions()));
            of.append(")\n        ;;\n");
            command.valuePlaces()
                    .forEach((places, one) -> values.append("    ")
                            .append(places)
                            .append(") ")
                            .append(offered(one))
                            .append(" ;;\n"));
        }
        return "#compdef makima\n# Completion of makima for zsh: source <(makima completion zsh), after compinit\n"
                + "_makima_of() {\n    commands=() options=() valued=()\n    case $1 in\n" + of + "    esac\n}\n"
                + "_makima_values() {\n    case $1 in\n" + values + "    esac\n}\n" + REST;
    }

    /** A word and what it means, as _describe wants it. */
    private static String described(String word, String summary) {
        return quoted(word.replace(":", "\\:") + ":" + summary);
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    private static String offered(CommandTree.Values values) {
        if (!values.ids().isEmpty()) {
            return "_makima_ids " + values.ids();
        }
        return values.files() ? "_files" : "compadd -- " + String.join(" ", values.words());
    }
}
