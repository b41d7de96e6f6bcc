// Command portal is the function behind the routes of package internal/app/portal.
package main

import (
	"github.com/gatepost/gatepost/internal/app/portal"
	"github.com/gatepost/gatepost/internal/app/start"
)

func main() { start.Run(portal.Needs(), portal.New) }
