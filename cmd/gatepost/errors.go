package main

import (
	"errors"
	"strings"
	"syscall"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

// usageError is a wrong use of the command line: exit code 2.
type usageError struct {
	text, hint string
}

func (e *usageError) Error() string { return e.text }

// explain puts an error into words: what happened, and apart from it what to do.
func explain(err error) (text, hint string) {
	var usage *usageError
	var problems idp.Problems
	switch {
	case errors.As(err, &usage):
		return usage.text, usage.hint
	case errors.As(err, &problems):
		return strings.Join(lines(problems), "\n       "), remedies(problems)
	case errors.Is(err, store.ErrInUse):
		return "serve is running; use --server", "stop serve to work on its data folder"
	case errors.Is(err, syscall.EADDRINUSE):
		return err.Error(), "choose another port with --addr, such as --addr 127.0.0.1:8081"
	case errors.Is(err, store.ErrLastOwner):
		return err.Error(), "make somebody else an owner first: gatepost user update EMAIL --admin-role owner"
	case errors.Is(err, store.ErrStale):
		return err.Error(), "somebody changed it at the same moment; look at it and try again"
	case errors.Is(err, store.ErrActive):
		return err.Error(), "deactivate it first: gatepost connector deactivate SLUG"
	case errors.Is(err, store.ErrNotFound):
		return err.Error(), "names are listed by: gatepost connector list, gatepost user list, gatepost group list"
	}
	return err.Error(), ""
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
		if p.Remedy != "" {
			list = append(list, p.Remedy)
		}
	}
	return strings.Join(list, "\n      ")
}
