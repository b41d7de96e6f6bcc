package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

func (p *program) groupCommand() *cobra.Command {
	cmd := family("group", "Groups and who is in them")
	cmd.AddCommand(p.groupList(), p.groupCreate(), p.groupUpdate(), p.groupDelete(), p.addMember(), p.removeMember())
	return cmd
}

func (p *program) groupList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List groups", Example: "  gatepost group list", Args: cobra.NoArgs,
		RunE: p.on(func(ctx context.Context, s *admin.Service, _ []string) error {
			groups, err := s.Groups(ctx)
			if err != nil {
				return err
			}
			list := make([]resource.Group, 0, len(groups))
			rows := [][]string{{"NAME", "DESCRIPTION"}}
			for _, g := range groups {
				list = append(list, resource.FromGroup(g))
				rows = append(rows, []string{g.Name, g.Description})
			}
			return p.show(list, rows)
		}),
	}
}

func (p *program) groupCreate() *cobra.Command {
	var description string
	cmd := &cobra.Command{
		Use: "create GROUP", Short: "Create a group",
		Example: `  gatepost group create SSO-AWS-A --description "May open AWS A"`,
		Args:    cobra.ExactArgs(1),
		RunE: p.on(func(ctx context.Context, s *admin.Service, args []string) error {
			g, err := s.CreateGroup(ctx, actor(), args[0], description)
			if err != nil {
				return err
			}
			return p.say("group %s is created", g.Name)
		}),
	}
	cmd.Flags().StringVar(&description, "description", "", "what the group is for")
	return cmd
}

func (p *program) groupUpdate() *cobra.Command {
	var name, description string
	cmd := &cobra.Command{
		Use: "update GROUP", Short: "Rename a group or change its description; nobody gains or loses access",
		Example: "  gatepost group update SSO-AWS-A --name aws-prod",
		Args:    cobra.ExactArgs(1),
	}
	flags := cmd.Flags()
	flags.StringVar(&name, "name", "", "new name")
	flags.StringVar(&description, "description", "", "what the group is for")
	cmd.RunE = p.on(func(ctx context.Context, s *admin.Service, args []string) error {
		g, err := s.UpdateGroup(ctx, actor(), args[0], func(g *idp.Group) {
			if flags.Changed("name") {
				g.Name = name
			}
			if flags.Changed("description") {
				g.Description = description
			}
		})
		if err != nil {
			return err
		}
		return p.say("group %s is changed", g.Name)
	})
	return cmd
}

func (p *program) groupDelete() *cobra.Command {
	return &cobra.Command{
		Use: "delete GROUP", Short: "Delete a group, its grants and its memberships", Example: "  gatepost group delete SSO-AWS-A", Args: cobra.ExactArgs(1),
		RunE: p.on(func(ctx context.Context, s *admin.Service, args []string) error {
			for {
				gone, err := s.DeleteGroup(ctx, actor(), args[0])
				if err != nil || gone {
					return p.done(err, "group %s is deleted", args[0])
				}
			}
		}),
	}
}

func (p *program) addMember() *cobra.Command {
	var length time.Duration
	cmd := &cobra.Command{
		Use: "add-member GROUP EMAIL", Short: "Put a person into a group, perhaps for a time",
		Example: "  gatepost group add-member SSO-AWS-A alice@example.com --for 8h",
		Args:    cobra.ExactArgs(2),
	}
	cmd.Flags().DurationVar(&length, "for", 0, "how long, such as 8h (default: no end)")
	cmd.RunE = p.on(func(ctx context.Context, s *admin.Service, args []string) error {
		var until time.Time
		if cmd.Flags().Changed("for") {
			until = s.Now().Add(length)
		}
		err := s.AddMember(ctx, actor(), args[0], args[1], until)
		if err != nil {
			return err
		}
		if until.IsZero() {
			return p.say("%s is in group %s", args[1], args[0])
		}
		return p.say("%s is in group %s until %s", args[1], args[0], until.UTC().Format(time.RFC3339))
	})
	return cmd
}

func (p *program) removeMember() *cobra.Command {
	return &cobra.Command{
		Use: "remove-member GROUP EMAIL", Short: "Take a person out of a group", Example: "  gatepost group remove-member SSO-AWS-A alice@example.com", Args: cobra.ExactArgs(2),
		RunE: p.on(func(ctx context.Context, s *admin.Service, args []string) error {
			return p.done(s.RemoveMember(ctx, actor(), args[0], args[1]), "%s is not in group %s", args[1], args[0])
		}),
	}
}
