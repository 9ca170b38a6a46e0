package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"

	"github.com/invopop/jsonschema"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/datasets/infer"
	"github.com/etappe/etappe/datasets/strict"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/train"
)

// config is etappe.yaml.
type config struct {
	datasets.Sources `yaml:",inline"`
	Features         features.Config       `yaml:"features,omitempty" json:"features,omitempty" jsonschema_description:"what is made of events and attributes"`
	Train            train.Config          `yaml:"train,omitempty" json:"train,omitempty" jsonschema_description:"how a model is fitted and tested"`
	Health           train.Health          `yaml:"health,omitempty" json:"health,omitempty" jsonschema_description:"the scale of the health score and its thresholds"`
	History          historyConfig         `yaml:"history,omitempty" json:"history,omitempty" jsonschema_description:"where answers are kept, and how long"`
	Table            datasets.TargetValues `yaml:"table,omitempty" json:"table,omitempty" jsonschema_description:"what the values of the target of a feature table mean"`
}

// configFile is the name looked for in a data folder.
const configFile = "etappe.yaml"

// loadConfig reads the given file or, when none is named, etappe.yaml in the
// data folder; without one the tables' own names are expected.
func loadConfig(path, dataDir string) (*config, error) {
	optional := path == ""
	if optional {
		if dataDir == "" {
			return &config{}, nil
		}
		path = filepath.Join(dataDir, configFile)
	}
	text, err := strict.Read(path)
	if optional && errors.Is(err, fs.ErrNotExist) {
		return &config{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", datasets.ErrConfig, err)
	}
	return parseConfig(path, text)
}

// parseConfig reads the text of an etappe.yaml and validates its parts.
func parseConfig(path string, text []byte) (*config, error) {
	var c config
	if err := strict.Decode(path, text, &c); err != nil {
		return nil, err
	}
	for _, part := range []interface{ Validate() error }{c.Features, c.Train, c.Health, c.History} {
		if err := part.Validate(); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return &c, nil
}

type configCommand struct {
	Init   configInit   `cmd:"" help:"Write a commented starter etappe.yaml for the files of a folder."`
	Schema configSchema `cmd:"" help:"Print the JSON Schema of etappe.yaml."`
	Check  configCheck  `cmd:"" help:"Check that an etappe.yaml is well formed."`
}

type configInit struct {
	Dir   string `arg:"" help:"Folder with the team's files." type:"existingdir"`
	Force bool   `help:"Overwrite an etappe.yaml that is there."`
	Print bool   `help:"Print it instead of writing it."`
}

// Run writes DIR/etappe.yaml.
func (c *configInit) Run(ctx context.Context, a *app) error {
	text, err := infer.StarterYAML(ctx, c.Dir)
	if err != nil {
		return err
	}
	if c.Print {
		_, err = a.stdout.Write(text)
		return err
	}
	path := filepath.Join(c.Dir, configFile)
	if _, err := os.Stat(path); err == nil && !c.Force {
		return fmt.Errorf("%w: %s exists; --force overwrites it, --print shows the guess", datasets.ErrConfig, path)
	}
	if err := writeFile(path, text); err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "wrote %s: read it, correct the guesses, then run: etappe validate --data %s\n", path, c.Dir)
	return nil
}

type configSchema struct{}

// Run prints the schema.
func (configSchema) Run(a *app) error {
	return a.printJSON(schema())
}

// schema describes etappe.yaml.
func schema() *jsonschema.Schema {
	r := jsonschema.Reflector{FieldNameTag: "yaml", ExpandedStruct: true, Namer: schemaName}
	s := r.Reflect(&config{})
	s.Title = "etappe.yaml"
	return s
}

// schemaName distinguishes types of the same name by their package: both features
// and train have a Config.
func schemaName(t reflect.Type) string {
	if t.Name() == "" {
		return ""
	}
	return path.Base(t.PkgPath()) + "." + t.Name()
}

type configCheck struct {
	File string `arg:"" help:"Path of an etappe.yaml." type:"existingfile"`
}

// Run reads the file strictly.
func (c *configCheck) Run(a *app) error {
	if _, err := loadConfig(c.File, ""); err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "%s is well formed\n", c.File)
	return nil
}
