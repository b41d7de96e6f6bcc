// Command metadata is the function behind the routes of package internal/app/metadata.
package main

import (
	"github.com/gatepost/gatepost/internal/app/metadata"
	"github.com/gatepost/gatepost/internal/app/start"
)

func main() { start.Run(metadata.Needs(), metadata.New) }
