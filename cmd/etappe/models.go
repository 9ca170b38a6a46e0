package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/text/terminal"
)

type modelsCommand struct {
	Registry string `help:"Folder of the registry." required:"" type:"existingdir" placeholder:"DIR"`
	JSON     bool   `help:"Print JSON."`
}

// Run lists the registry, oldest first, and loads every model: one that is
// broken is marked, and an error.
func (c *modelsCommand) Run(a *app) error {
	registry, err := artifact.OpenRegistry(c.Registry)
	if err != nil {
		return err
	}
	entries, err := registry.List()
	if err != nil {
		return err
	}
	list := make([]listed, len(entries))
	var broken []error
	for i, e := range entries {
		list[i] = listed{Entry: e}
		if _, _, err := registry.Get(e.Version); err != nil {
			list[i].Problem = err.Error()
			broken = append(broken, err)
		}
	}
	if c.JSON {
		err = a.printJSON(list)
	} else {
		err = a.printModels(list)
	}
	return errors.Join(append(broken, err)...)
}

// listed is a model of the registry with what keeps it from being loaded.
type listed struct {
	artifact.Entry
	Problem string `json:"problem,omitempty"`
}

func (a *app) printModels(list []listed) error {
	t := terminal.NewTable("version", "trained at", "AUC", "state", "note").Right(3, 3)
	for _, m := range list {
		state := ""
		switch {
		case m.Problem != "":
			state = "BROKEN"
		case m.Override != nil:
			state = "champion, against the gate"
		case m.Champion:
			state = "champion"
		}
		auc := terminal.Unknown
		if v, ok := m.Metrics["auc"]; ok {
			auc = terminal.Number(v, 3)
		}
		t.Row(m.Version, m.TrainedAt.UTC().Format(time.DateTime), auc, state, m.Note)
	}
	if err := t.Write(a.stdout); err != nil {
		return err
	}
	for _, m := range list {
		if m.Override != nil {
			fmt.Fprintf(a.stdout, "\n%s: %s\n", m.Version, m.Override)
		}
	}
	return nil
}
