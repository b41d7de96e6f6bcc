package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/user"
	"time"

	"github.com/spf13/cobra"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/app/environment"
	"github.com/gatepost/gatepost/internal/app/installation"
)

// program is one run of the command line.
type program struct {
	in        io.Reader
	out, errs io.Writer

	data    string
	store   string
	output  string
	started bool // the arguments were understood; what fails now is no wrong usage
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "gatepost",
		Short:         "Gatepost signs people into AWS accounts and roles by SAML 2.0",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(*cobra.Command, []string) error {
			p.started = true
			err := p.checkStore()
			if err != nil {
				return err
			}
			if p.store == "bolt" && p.data == "" {
				p.data = os.Getenv("GATEPOST_DATA")
			}
			return p.checkOutput()
		},
	}
	root.PersistentFlags().StringVar(&p.data, "data", "", "data folder (default .gatepost; or GATEPOST_DATA)")
	root.PersistentFlags().StringVar(&p.store, "store", "bolt", "where data is kept: bolt (a data folder) or dynamodb (a deployment's tables, named by GATEPOST_CONFIG_TABLE, GATEPOST_DIRECTORY_TABLE and GATEPOST_ACTIVITY_TABLE)")
	root.PersistentFlags().StringVarP(&p.output, "output", "o", "table", "output format: table, json or yaml")
	root.AddCommand(p.serveCommand(), p.userCommand(), p.groupCommand(), p.connectorCommand(), p.keyCommand(), p.versionCommand())
	return root
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

// action is what a command does with an open installation.
type action func(ctx context.Context, s *admin.Service, args []string) error

// on runs an action on an installation: the tables of a deployment, the data
// folder that was named, or an existing .gatepost.
func (p *program) on(do action) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		i, err := p.open(cmd.Context())
		if err != nil {
			return err
		}
		err = do(cmd.Context(), i.Admin, args)
		closing := i.Close()
		if err != nil {
			return err
		}
		return closing
	}
}

func (p *program) open(ctx context.Context) (*installation.Installation, error) {
	if p.store == "dynamodb" {
		return p.openAWS(ctx)
	}
	path := p.data
	if path == "" {
		path = installation.DefaultFolder
	}
	if p.data == "" && !installation.Exists(path) {
		return nil, &usageError{"there is no data folder here", "name one with --data, or make one with: gatepost serve"}
	}
	c, err := environment.Read()
	if err != nil {
		text, hint := explain(err)
		return nil, &usageError{text, hint}
	}
	o := installation.FolderOptions{Path: path, Now: time.Now}
	if c.URL != nil {
		o.URL = c.URL.String()
	}
	return installation.OpenFolder(ctx, o)
}

func (p *program) openAWS(ctx context.Context) (*installation.Installation, error) {
	c, err := environment.Read(environment.URL, environment.ConfigTable, environment.DirectoryTable, environment.ActivityTable)
	if err != nil {
		text, hint := explain(err)
		return nil, &usageError{text, hint}
	}
	return installation.OpenAWS(ctx, c, time.Now)
}

// checkStore tells whether the flags name one store.
func (p *program) checkStore() error {
	switch {
	case p.store != "bolt" && p.store != "dynamodb":
		return &usageError{fmt.Sprintf("--store %q is not a store", p.store), "use bolt or dynamodb"}
	case p.store == "dynamodb" && p.data != "":
		return &usageError{"--data and --store dynamodb name two stores", "give one of them"}
	}
	return nil
}

// actor is who works on the installation: whoever can write to the store is an owner.
func actor() admin.Actor {
	name := "unknown"
	current, err := user.Current()
	if err == nil {
		name = current.Username
	}
	return admin.Actor{Name: "cli:" + name}
}
