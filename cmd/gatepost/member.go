package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/gatepost/gatepost/internal/client"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

func (p *program) members() *cobra.Command {
	return &cobra.Command{
		Use: "members GROUP", Short: "List who is in a group", Example: "  gatepost group members SSO-AWS-A",
		Args: cobra.ExactArgs(1), ValidArgsFunction: p.complete(groups),
		RunE: p.on(func(ctx context.Context, s *site, args []string) error {
			list, err := client.Collect(s.Members(ctx, args[0]))
			if err != nil {
				return err
			}
			return p.show(list, tableOf([]string{"EMAIL", "NAME", "ACTIVE", "UNTIL"}, list, func(m resource.Member) []string {
				return []string{m.Email, m.Name, yesNo(m.Active), m.ExpiresAt}
			}))
		}),
	}
}

func (p *program) addMember() *cobra.Command {
	var length time.Duration
	cmd := &cobra.Command{
		Use: "add-member GROUP EMAIL", Short: "Put a person into a group, perhaps for a time",
		Long: `Put a person into a group, perhaps for a time. A role session ends with the access;
a role chained from it may last up to an hour more, and aws login up to 12 hours.`,
		Example: "  gatepost group add-member SSO-AWS-A alice@example.com --for 8h",
		Args:    cobra.ExactArgs(2), ValidArgsFunction: p.complete(groups, emails),
	}
	cmd.Flags().DurationVar(&length, "for", 0, "how long, such as 8h (default: no end)")
	cmd.RunE = p.on(func(ctx context.Context, s *site, args []string) error {
		var until time.Time
		if cmd.Flags().Changed("for") {
			until = time.Now().Add(length)
		}
		err := s.AddMember(ctx, args[0], idp.NormalEmail(args[1]), until)
		if err != nil || until.IsZero() {
			return p.done(err, "%s is in group %s", args[1], args[0])
		}
		return p.tell(nil, "%s is in group %s until %s", args[1], args[0], until.UTC().Format(time.RFC3339))
	})
	return cmd
}

func (p *program) removeMember() *cobra.Command {
	return &cobra.Command{
		Use: "remove-member GROUP EMAIL", Short: "Take a person out of a group", Example: "  gatepost group remove-member SSO-AWS-A alice@example.com",
		Args: cobra.ExactArgs(2), ValidArgsFunction: p.complete(groups, emails),
		RunE: p.on(func(ctx context.Context, s *site, args []string) error {
			return p.done(s.RemoveMember(ctx, args[0], idp.NormalEmail(args[1])), "%s is not in group %s", args[1], args[0])
		}),
	}
}
