package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/gatepost/gatepost/internal/idp"
)

// resumers are those who may let a person in again, which not everybody may who
// suspends and locks.
const resumers = `an owner; for people who are no administrators, and under no lock
of a higher role, also a connector administrator; and helpdesk where besides no
connector is open to the person or the settings leave it to helpdesk`

// phrase is what a person types to lock everything down.
const phrase = "lockdown"

func (p *program) lockdownCommand() *cobra.Command {
	var lift, yes bool
	cmd := &cobra.Command{
		Use: "lockdown [EMAIL]", Short: "In an emergency: close everything to everybody, or to one person, at once",
		Long: `Close everything at once. Without EMAIL: every launch is refused, and every session
and API token ends, your own included. With EMAIL: the person is suspended, and their
sessions, tokens and links end. Role sessions that AWS has given already go on in AWS.

The way back is --lift: of everything, by an owner who has signed in again; the
connectors are then as they were. Of one person, as "gatepost user resume", by whoever
may let the person in again: ` + resumers + `.`,
		Example: "  gatepost lockdown\n  gatepost lockdown --lift\n  gatepost lockdown mallory@example.com --yes",
		Args:    cobra.MaximumNArgs(1), ValidArgsFunction: p.complete(emails),
	}
	cmd.Flags().BoolVar(&lift, "lift", false, "end the lockdown")
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	cmd.RunE = p.on(func(ctx context.Context, s *site, args []string) error {
		switch {
		case len(args) == 1:
			return p.lockPerson(ctx, s, idp.NormalEmail(args[0]), lift, yes)
		case lift:
			return p.done(s.LiftLockdown(ctx), "the lockdown is lifted: the connectors are as they were; people sign in again")
		}
		err := p.confirm(ctx, "This closes every connector to everybody and ends every session and token.", phrase, yes)
		if err != nil {
			return err
		}
		err = p.done(s.Lockdown(ctx), "lockdown: every launch is refused, every session and token has ended")
		if err != nil {
			return err
		}
		return p.note("the way back: an owner signs in, makes a token, and runs gatepost lockdown --lift")
	})
	return cmd
}

func (p *program) lockPerson(ctx context.Context, s *site, email string, lift, yes bool) error {
	if lift {
		return p.done(s.UnlockUser(ctx, email), "%s can sign in again", email)
	}
	err := p.confirm(ctx, "This suspends "+email+" and ends every session, token and link of theirs. Helpdesk may not always lift it: see gatepost lockdown --help.", email, yes)
	if err != nil {
		return err
	}
	err = p.done(s.LockUser(ctx, email), "%s is locked out: every session, token and link has ended", email)
	if err != nil {
		return err
	}
	return p.note("the way back: gatepost lockdown %s --lift, by whoever may let the person in again", email)
}
