package cloudrun

import (
	"fmt"
	"slices"
	"strings"

	"cloud.google.com/go/run/apiv2/runpb"
)

// container returns the container that is told the release.
func (r *Restarter) container(svc *runpb.Service) (*runpb.Container, error) {
	all := svc.GetTemplate().GetContainers()
	if r.opts.Container != "" {
		for _, c := range all {
			if c.Name == r.opts.Container {
				return c, nil
			}
		}
		return nil, fmt.Errorf("it has no container %q", r.opts.Container)
	}
	// With sidecars, exactly one container has a port: it takes the requests.
	for _, c := range all {
		if len(c.Ports) > 0 {
			return c, nil
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("it has no container")
	}
	return all[0], nil
}

// release returns the release that the service is told to serve; empty if none.
func (r *Restarter) release(svc *runpb.Service) (string, error) {
	c, err := r.container(svc)
	if err != nil {
		return "", err
	}
	i := variable(c, r.opts.Variable)
	if i < 0 {
		return "", nil
	}
	if c.Env[i].GetValueSource() != nil {
		return "", fmt.Errorf("the variable %s has its value from a secret and can't name the release", r.opts.Variable)
	}
	return c.Env[i].GetValue(), nil
}

func variable(c *runpb.Container, name string) int {
	return slices.IndexFunc(c.Env, func(e *runpb.EnvVar) bool { return e.Name == name })
}

// setVariable sets a variable in its place, or adds it; an empty value removes it.
func setVariable(c *runpb.Container, name, value string) {
	i := variable(c, name)
	switch {
	case i >= 0 && value == "":
		c.Env = slices.Delete(c.Env, i, i+1)
	case i >= 0:
		c.Env[i].Values = &runpb.EnvVar_Value{Value: value}
	case value != "":
		c.Env = append(c.Env, &runpb.EnvVar{Name: name, Values: &runpb.EnvVar_Value{Value: value}})
	}
}

// MarkerAnnotation is the annotation of a service's template that says who changed the
// release last, and from what. It makes a new revision of the same release possible, and
// it outlives a process that dies on the way.
const MarkerAnnotation = "dynasette-restart"

// A mark is the marker annotation's value.
type mark struct {
	id   string // of a Restart, never used again
	good string // the last release that is known to have served; may be empty
}

const goodMark = " after "

func marked(svc *runpb.Service) mark {
	id, good, _ := strings.Cut(svc.GetTemplate().GetAnnotations()[MarkerAnnotation], goodMark)
	return mark{id, good}
}

func (m mark) put(svc *runpb.Service) {
	t := svc.Template
	if t.Annotations == nil {
		t.Annotations = map[string]string{}
	}
	t.Annotations[MarkerAnnotation] = m.id + goodMark + m.good
}

// lastGood returns the release to go back to from svc, which is told to serve have: that
// one if it does, else the one that the change to it would go back to.
func lastGood(svc *runpb.Service, have string) string {
	if m := marked(svc); m.id != "" && state(svc) != ready {
		return m.good
	}
	return have
}
