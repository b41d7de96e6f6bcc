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
	"github.com/gatepost/gatepost/internal/app/installation"
)

// version is set when a release is built.
var version = "dev"

// program is one run of the command line.
type program struct {
	in        io.Reader
	out, errs io.Writer

	data    string
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
			return p.checkOutput()
		},
	}
	root.PersistentFlags().StringVar(&p.data, "data", envOr("GATEPOST_DATA", ""), "data folder (default .gatepost)")
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
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return p.say("%s", version) },
	}
}

func envOr(name, otherwise string) string {
	value := os.Getenv(name)
	if value == "" {
		return otherwise
	}
	return value
}

// action is what a command does with an open data folder.
type action func(ctx context.Context, s *admin.Service, args []string) error

// onFolder runs an action on the data folder: the one that was named, or an
// existing .gatepost.
func (p *program) onFolder(do action) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		path := p.data
		if path == "" {
			path = installation.DefaultFolder
		}
		if p.data == "" && !installation.Exists(path) {
			return &usageError{"there is no data folder here", "name one with --data, or make one with: gatepost serve"}
		}
		folder, err := installation.OpenFolder(cmd.Context(), installation.FolderOptions{Path: path, URL: os.Getenv("GATEPOST_URL"), Now: time.Now})
		if err != nil {
			return err
		}
		err = do(cmd.Context(), folder.Admin, args)
		closing := folder.Close()
		if err != nil {
			return err
		}
		return closing
	}
}

// actor is who works on the folder: whoever can write to it is an owner.
func actor() admin.Actor {
	name := "unknown"
	current, err := user.Current()
	if err == nil {
		name = current.Username
	}
	return admin.Actor{Name: "cli:" + name}
}
