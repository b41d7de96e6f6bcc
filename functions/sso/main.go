// Command sso is the function behind the routes of package internal/app/sso.
package main

import (
	"github.com/gatepost/gatepost/internal/app/sso"
	"github.com/gatepost/gatepost/internal/app/start"
)

func main() { start.Run(sso.Needs(), sso.New) }
