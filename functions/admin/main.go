// Command admin is the function behind the routes of package internal/app/admin.
package main

import (
	"github.com/gatepost/gatepost/internal/app/admin"
	"github.com/gatepost/gatepost/internal/app/start"
)

func main() { start.Run(admin.Needs(), admin.New) }
