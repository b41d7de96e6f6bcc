// Package machine says what numbers were measured on, how much memory and time a
// process uses, and keeps reports as files.
package machine

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Machine is where numbers were measured.
type Machine struct {
	CPU      string `json:"cpu,omitempty"`
	Cores    int    `json:"cores"`
	Load     string `json:"load,omitempty"` // of the last minute, before the run
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// String is the machine in a line.
func (m Machine) String() string {
	return fmt.Sprintf("%s, %s; %s, %d cores, load %s", m.Go, m.Platform, m.CPU, m.Cores, m.Load)
}

// Keep writes a report to a file as JSON and makes its folder.
func Keep(report any, file string) error {
	content, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return err
	}
	err = os.MkdirAll(filepath.Dir(file), 0o755)
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(content, '\n'), 0o644)
}
