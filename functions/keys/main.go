// Command keys is the function that makes and keeps signing keys.
package main

import (
	"github.com/gatepost/gatepost/internal/app/keys"
	"github.com/gatepost/gatepost/internal/app/start"
)

func main() { start.Run(keys.Needs(), keys.New) }
