package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"syscall"

	"github.com/gatepost/gatepost/internal/client"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/plan"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// usageError is a wrong use of the command line: exit code 2.
type usageError struct {
	text, hint string
}

func (e *usageError) Error() string { return e.text }

// hintedError is a failure of which it is known what to do about it.
type hintedError struct {
	error
	hint string
}

func (e *hintedError) Unwrap() error { return e.error }

const somethingElse = "check the address given with --server: something else answers there"

// explain puts an error into words: what happened, and apart from it what to do.
func explain(err error) (text, hint string) {
	var usage *usageError
	var hinted *hintedError
	var problems idp.Problems
	var refused *client.Error
	switch {
	case errors.As(err, &usage):
		return usage.text, usage.hint
	case errors.As(err, &hinted):
		return err.Error(), hinted.hint
	case errors.As(err, &problems):
		return strings.Join(lines(problems), "\n       "), remedies(problems)
	case errors.As(err, &refused):
		return refusal(err, refused), hintFor(refused)
	case errors.Is(err, context.Canceled):
		return "interrupted", ""
	case errors.Is(err, plan.ErrLockdown):
		return err.Error(), "an owner lifts it: gatepost lockdown --lift"
	case errors.Is(err, client.ErrUnreachable):
		return err.Error(), "check the address given with --server, and that Gatepost runs there"
	case errors.Is(err, client.ErrForeign):
		return err.Error(), somethingElse
	case errors.Is(err, store.ErrInUse):
		return "serve is running; use --server", "stop serve to work on its data folder"
	case errors.Is(err, syscall.EADDRINUSE):
		return err.Error(), "choose another port with --addr, such as --addr 127.0.0.1:8081"
	}
	return err.Error(), ""
}

func refusal(err error, refused *client.Error) string {
	if refused.Kind == client.KindDenied {
		return "not allowed: " + err.Error()
	}
	return err.Error()
}

// hintFor is what to do on the command line about an answer that says no.
func hintFor(e *client.Error) string {
	switch e.Kind {
	case client.KindNotSignedIn:
		return "make a new one in the console, or on the store itself with: gatepost token create --user EMAIL"
	case client.KindNotFound:
		if e.Remedy != "" {
			return e.Remedy
		}
		return "names are listed by: gatepost connector list, gatepost user list, gatepost group list"
	case client.KindStale, client.KindChanged:
		return "look at it and try again" + changedBy(e.Changes)
	case client.KindClosed:
		return "try again in ten minutes, or open it at once: gatepost group reopen GROUP"
	case client.KindActive:
		return "deactivate it first: gatepost connector deactivate SLUG"
	case client.KindLastOwner:
		return "make somebody else an owner first: gatepost user update EMAIL --admin-role owner"
	case client.KindLockdown:
		return "an owner lifts it: gatepost lockdown --lift"
	}
	if e.Kind == "" && e.Status == http.StatusNotFound {
		return somethingElse
	}
	return e.Remedy
}

// changedBy tells who was quicker, if that is known.
func changedBy(changes []resource.Event) string {
	if len(changes) == 0 {
		return ""
	}
	return fmt.Sprintf("; the last change: %s by %s at %s", changes[0].Action, changes[0].Actor, changes[0].At)
}

func lines(problems idp.Problems) []string {
	var list []string
	for _, p := range problems {
		p.Remedy = ""
		list = append(list, p.Error())
	}
	return list
}

func remedies(problems idp.Problems) string {
	var list []string
	for _, p := range problems {
		if p.Remedy != "" && !slices.Contains(list, p.Remedy) {
			list = append(list, p.Remedy)
		}
	}
	return strings.Join(list, "\n      ")
}
