package main

import (
	"context"
	"iter"

	"github.com/spf13/cobra"

	"github.com/gatepost/gatepost/internal/client"
	"github.com/gatepost/gatepost/internal/resource"
)

func (p *program) groupCommand() *cobra.Command {
	cmd := family("group", "Groups and who is in them")
	groups := listing[resource.Group]{
		short: "List groups, by the beginning of their name", example: "  gatepost group list\n  gatepost group list SSO- -o json",
		heading: []string{"NAME", "DESCRIPTION"},
		row:     func(g resource.Group) []string { return []string{g.Name, g.Description} },
		all: func(s *site, ctx context.Context, l client.List) iter.Seq2[resource.Group, error] {
			return s.Groups(ctx, l)
		},
	}
	cmd.AddCommand(groups.command(p), p.groupCreate(), p.groupUpdate(), p.groupDelete(), p.groupReopen(), p.members(), p.addMember(), p.removeMember())
	return cmd
}

func (p *program) groupCreate() *cobra.Command {
	var description string
	cmd := &cobra.Command{
		Use: "create GROUP", Short: "Create a group",
		Example: `  gatepost group create SSO-AWS-A --description "May open AWS A"`,
		Args:    cobra.ExactArgs(1),
	}
	cmd.Flags().StringVar(&description, "description", "", "what the group is for")
	cmd.RunE = p.on(func(ctx context.Context, s *site, args []string) error {
		g, err := s.CreateGroup(ctx, resource.Group{Name: args[0], Description: description})
		if err != nil {
			return err
		}
		return p.tell(g, "group %s is created", g.Name)
	})
	return cmd
}

func (p *program) groupUpdate() *cobra.Command {
	var name, description string
	cmd := &cobra.Command{
		Use: "update GROUP", Short: "Rename a group or change its description; nobody gains or loses access",
		Example: "  gatepost group update SSO-AWS-A --name aws-prod",
		Args:    cobra.ExactArgs(1), ValidArgsFunction: p.complete(groups),
	}
	flags := cmd.Flags()
	flags.StringVar(&name, "name", "", "new name")
	flags.StringVar(&description, "description", "", "what the group is for")
	cmd.RunE = p.on(func(ctx context.Context, s *site, args []string) error {
		g, err := s.UpdateGroup(ctx, args[0], "", func(g *resource.Group) error {
			if flags.Changed("name") {
				g.Name = name
			}
			if flags.Changed("description") {
				g.Description = description
			}
			return nil
		})
		if err != nil {
			return err
		}
		return p.tell(g, "group %s is changed", g.Name)
	})
	return cmd
}

func (p *program) groupDelete() *cobra.Command {
	return &cobra.Command{
		Use: "delete GROUP", Short: "Delete a group, its grants and its memberships", Example: "  gatepost group delete SSO-AWS-A",
		Args: cobra.ExactArgs(1), ValidArgsFunction: p.complete(groups),
		RunE: p.on(func(ctx context.Context, s *site, args []string) error {
			for {
				gone, err := s.DeleteGroup(ctx, args[0], client.AnyVersion)
				if err != nil || gone {
					return p.done(err, "group %s is deleted", args[0])
				}
			}
		}),
	}
}

// groupReopen is for whoever finds a group closed that a run of apply left so.
// Closing has no command: it is for a program that is about to destroy the group.
func (p *program) groupReopen() *cobra.Command {
	return &cobra.Command{
		Use: "reopen GROUP", Short: "Let new members and grants into a group that an interrupted apply left closed", Example: "  gatepost group reopen SSO-AWS-A",
		Args: cobra.ExactArgs(1), ValidArgsFunction: p.complete(groups),
		RunE: p.on(func(ctx context.Context, s *site, args []string) error {
			g, err := s.ReopenGroup(ctx, args[0], client.AnyVersion)
			if err != nil {
				return err
			}
			return p.tell(g, "group %s is open to new members and grants", g.Name)
		}),
	}
}
