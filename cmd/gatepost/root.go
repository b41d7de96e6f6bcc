package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/gatepost/gatepost/internal/app/environment"
)

// program is one run of the command line.
type program struct {
	in        io.Reader
	out, errs io.Writer

	data   string
	store  string
	server string
	token  string
	iam    bool
	region string
	output string

	warned  map[string]bool // what was warned of already
	started bool            // the arguments were understood; what fails now is no wrong usage
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "gatepost",
		Short: "Gatepost signs people into AWS accounts and roles by SAML 2.0",
		Long: `Gatepost signs people into AWS accounts and roles by SAML 2.0.

Commands for administrators work on a server (--server, with --token or --iam), on
a data folder (--data), or on the tables of a deployment (--store dynamodb).
Without any of them they take the data folder .gatepost, if there is one here.`,
		Example: `  gatepost serve --demo
  gatepost user list
  GATEPOST_TOKEN=gp_… gatepost --server https://sso.example.com connector list
  gatepost --server https://sso.example.com --iam --aws-region eu-west-1 apply -f gatepost.yaml`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	flags := root.PersistentFlags()
	flags.StringVar(&p.server, "server", "", "address of a Gatepost whose config API to use, such as https://sso.example.com (or GATEPOST_SERVER)")
	flags.StringVar(&p.token, "token", "", "API token for --server; other processes see it there, so prefer GATEPOST_TOKEN")
	flags.BoolVar(&p.iam, "iam", false, "get a token for --server by AWS credentials")
	flags.StringVar(&p.region, "aws-region", "", "AWS region of the deployment, for --iam (default: that of the AWS configuration)")
	flags.StringVar(&p.data, "data", "", "data folder (default .gatepost; or GATEPOST_DATA)")
	flags.StringVar(&p.store, "store", bolt, "where data is kept: bolt (a data folder) or dynamodb (a deployment's tables, named by GATEPOST_CONFIG_TABLE, GATEPOST_DIRECTORY_TABLE and GATEPOST_ACTIVITY_TABLE)")
	flags.StringVarP(&p.output, "output", "o", "table", "output format: table, json or yaml")
	root.AddCommand(
		p.serveCommand(), p.userCommand(), p.groupCommand(), p.connectorCommand(), p.keyCommand(),
		p.exportCommand(), p.diffCommand(), p.applyCommand(), p.lockdownCommand(), p.settingsCommand(), p.eventsCommand(), p.tokenCommand(), p.versionCommand(),
	)
	p.prepare(root)
	return root
}

// prepare puts what is common to all commands before each of them.
func (p *program) prepare(cmd *cobra.Command) {
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		p.started = true
		err := p.begin(cmd)
		if err != nil {
			return err
		}
		return run(cmd, args)
	}
	for _, below := range cmd.Commands() {
		p.prepare(below)
	}
}

// begin reads what flags and environment say together, and checks it.
func (p *program) begin(cmd *cobra.Command) error {
	err := p.checkStore()
	if err != nil {
		return err
	}
	if p.store == bolt && p.data == "" {
		p.data = os.Getenv("GATEPOST_DATA")
	}
	return p.checkOutput(cmd)
}

// family is a command that only has commands below it: alone it shows them, and
// with a word that it does not know it is wrong usage.
func family(use, short string) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Args: cobra.ArbitraryArgs, SuggestionsMinimumDistance: 2,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			hint := "gatepost " + use + " --help lists the commands"
			near := cmd.SuggestionsFor(args[0])
			if len(near) > 0 {
				hint = "did you mean gatepost " + use + " " + near[0] + "?"
			}
			return &usageError{fmt.Sprintf("unknown command %q for gatepost %s", args[0], use), hint}
		},
	}
}

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Example: "  gatepost version",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return p.say("%s", environment.Version()) },
	}
}

// envOr is an environment variable, or another value where it is empty.
func envOr(name, otherwise string) string {
	value := os.Getenv(name)
	if value == "" {
		return otherwise
	}
	return value
}
