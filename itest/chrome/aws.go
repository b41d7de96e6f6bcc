package chrome

import (
	"strings"

	"github.com/chromedp/chromedp"
)

// The hosts of AWS that a sign-in crosses.
const (
	SignInHost  = "signin.aws.amazon.com"
	ConsoleHost = "us-east-1.console.aws.amazon.com"
)

// Towards makes the browser take a server with a certificate of its own, at an
// https address, for AWS.
func Towards(aws string) []chromedp.ExecAllocatorOption {
	address := strings.TrimPrefix(aws, "https://")
	rules := []string{
		"MAP " + SignInHost + " " + address,
		"MAP *.signin.aws.amazon.com " + address,
		"MAP console.aws.amazon.com " + address,
		"MAP *.console.aws.amazon.com " + address,
	}
	return []chromedp.ExecAllocatorOption{
		chromedp.Flag("host-resolver-rules", strings.Join(rules, ", ")),
		chromedp.IgnoreCertErrors,
	}
}
