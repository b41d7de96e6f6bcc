package main

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// The flags of the Makefile's builds; a test holds them against it.
const (
	buildTags = "lambda.norpc"
	linkFlags = "-s -w"
)

// built is a function that can be started.
type built struct {
	function
	binary string // for this machine
	input  []byte // the event as the runtime hands it over
	size   int64  // bytes of the linux/arm64 build
	zipped int64  // bytes of the same, packed to be deployed
}

func buildAll(ctx context.Context, o options, functions []function) ([]built, error) {
	var all []built
	for _, f := range functions {
		b, err := build(ctx, o, f)
		if err != nil {
			return nil, fmt.Errorf("build %s: %w", f.name, err)
		}
		all = append(all, b)
	}
	return all, nil
}

func build(ctx context.Context, o options, f function) (built, error) {
	folder, err := filepath.Abs(filepath.Join(o.builds, filepath.Base(f.pkg)))
	if err != nil {
		return built{}, err
	}
	b := built{function: f, binary: filepath.Join(folder, "bootstrap")}
	module := filepath.Join(o.root, f.module)
	err = compile(ctx, module, f.pkg, b.binary)
	if err != nil {
		return built{}, err
	}
	deployed := filepath.Join(folder, "arm64", "bootstrap")
	err = compile(ctx, module, f.pkg, deployed, "GOOS=linux", "GOARCH=arm64")
	if err != nil {
		return built{}, err
	}
	b.size, b.zipped, err = sizes(deployed)
	if err != nil {
		return built{}, err
	}
	b.input, err = f.event(o.root)
	return b, err
}

func compile(ctx context.Context, module, pkg, binary string, platform ...string) error {
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-tags", buildTags, "-ldflags", linkFlags, "-o", binary, pkg)
	command.Dir = module
	command.Env = append(append(os.Environ(), "CGO_ENABLED=0"), platform...)
	output, err := command.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w\n%s", err, output)
	}
	return nil
}

// sizes are the bytes of a file, as it is and, second, deflated in a zip archive.
func sizes(file string) (int64, int64, error) {
	source, err := os.Open(file)
	if err != nil {
		return 0, 0, err
	}
	defer source.Close()
	var count counter
	archive := zip.NewWriter(&count)
	entry, err := archive.Create(filepath.Base(file))
	if err != nil {
		return 0, 0, err
	}
	plain, err := io.Copy(entry, source)
	if err != nil {
		return 0, 0, err
	}
	err = archive.Close()
	return plain, int64(count), err
}

// counter counts what is written to it.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
