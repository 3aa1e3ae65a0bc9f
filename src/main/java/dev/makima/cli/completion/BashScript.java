package dev.makima.cli.completion;

import java.util.List;

/** The script for bash, 3.2 and later. Stateless. */
public final class BashScript {
    private static final String REST = """
            _makima() {
                local cur=${COMP_WORDS[COMP_CWORD]} word path='' expects='' commands='' options='' valued='' values='' i
                local number=0
                COMPREPLY=()
                _makima_of ''
                for ((i = 1; i < COMP_CWORD; i++)); do
                    word=${COMP_WORDS[i]}
                    if [[ $word == = ]]; then
                        continue
                    elif [[ -n $expects ]]; then
                        expects=''
                    elif [[ $word == -* ]]; then
                        [[ " $valued " == *" $word "* ]] && expects=$word
                    elif [[ " $commands " == *" $word "* ]]; then
                        path="${path:+$path }$word"
                        _makima_of "$path"
                        number=0
                    else
                        number=$((number + 1))
                    fi
                done
                [[ $cur == = ]] && cur=''
                if [[ -n $expects ]]; then
                    _makima_values "$path $expects"
                elif [[ $cur == -* ]]; then
                    values=$options
                elif [[ -n $commands ]]; then
                    values=$commands
                else
                    _makima_values "$path #$number"
                fi
                if [[ $values == @* ]]; then
                    values=$("${COMP_WORDS[0]}" ids "${values#@}" 2>/dev/null </dev/null | cut -f 1)
                fi
                if [[ $values == / ]]; then
                    compopt -o filenames 2>/dev/null
                    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$cur")
                else
                    COMPREPLY=($(compgen -W "$values" -- "$cur"))
                fi
            }
            complete -F _makima makima
            """;

    private BashScript() {}

    /** The script. */
    public static String of(CommandTree top) {
        StringBuilder of = new StringBuilder();
        StringBuilder values = new StringBuilder();
        for (CommandTree command : top.all()) {
            of.append("    '").append(command.path()).append("')\n");
            assign(of, "commands", List.copyOf(command.commands().keySet()));
            assign(of, "options", command.optionNames());
            assign(of, "valued", command.valueOptions());
            of.append("        ;;\n");
            command.valuePlaces()
                    .forEach((places, one) -> values.append("    ")
                            .append(places)
                            .append(") values='")
                            .append(marked(one))
                            .append("' ;;\n"));
        }
        return "# Completion of makima for bash: source <(makima completion bash)\n"
                + "# Sets what can follow the words of a command.\n"
                + "_makima_of() {\n    case $1 in\n" + of + "    esac\n}\n"
                + "# Sets the values of an option, or of a command's parameter; / stands for files, @ for ids of a kind.\n"
                + "_makima_values() {\n    values=''\n    case $1 in\n" + values + "    esac\n}\n" + REST;
    }

    private static void assign(StringBuilder script, String variable, List<String> words) {
        script.append("        ")
                .append(variable)
                .append("='")
                .append(String.join(" ", words))
                .append("'\n");
    }

    private static String marked(CommandTree.Values values) {
        if (!values.ids().isEmpty()) {
            return "@" + values.ids();
        }
        return values.files() ? "/" : String.join(" ", values.words());
    }
}
