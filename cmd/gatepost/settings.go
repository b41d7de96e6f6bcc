package main

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/gatepost/gatepost/internal/resource"
)

func (p *program) settingsCommand() *cobra.Command {
	cmd := family("settings", "What holds for the whole installation")
	cmd.AddCommand(p.settingsShow(), p.settingsUpdate())
	return cmd
}

func (p *program) settingsShow() *cobra.Command {
	return &cobra.Command{
		Use: "show", Short: "Show the settings", Example: "  gatepost settings show\n  gatepost settings show -o json", Args: cobra.NoArgs,
		RunE: p.on(func(ctx context.Context, s *site, _ []string) error {
			now, err := s.Settings(ctx)
			if err != nil {
				return err
			}
			return p.show(now, [][]string{{"SETTING", "VALUE"}, {"helpdesk_resets_access", strconv.FormatBool(now.HelpdeskResetsAccess)}})
		}),
	}
}

func (p *program) settingsUpdate() *cobra.Command {
	var helpdesk bool
	cmd := &cobra.Command{
		Use: "update", Short: "Change settings; those that are not named stay",
		Long: `Change settings; those that are not named stay. Only an owner may.

With --helpdesk-resets-access helpdesk may make password links for people to whom
connectors are open, and resume and unlock them. Whoever does that could sign in as
them, so without it a connector administrator or an owner does.`,
		Example: "  gatepost settings update --helpdesk-resets-access\n  gatepost settings update --helpdesk-resets-access=false",
		Args:    cobra.NoArgs,
	}
	flags := cmd.Flags()
	flags.BoolVar(&helpdesk, "helpdesk-resets-access", false, "helpdesk may let people in again to whom connectors are open")
	cmd.RunE = p.on(func(ctx context.Context, s *site, _ []string) error {
		if !flags.Changed("helpdesk-resets-access") {
			return &usageError{"no setting is named", "see: gatepost settings update --help"}
		}
		now, err := s.UpdateSettings(ctx, "", func(s *resource.Settings) error {
			s.HelpdeskResetsAccess = helpdesk
			return nil
		})
		if err != nil {
			return err
		}
		return p.tell(now, "the settings are changed")
	})
	return cmd
}
