// A Kubernetes API server for tests, and beside it what else a cluster needs so that pods come and go:
// the real controllers of Deployments, ReplicaSets and StatefulSets, and somebody who says what a kubelet would say.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/component-base/cli"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	"k8s.io/kubernetes/pkg/controller/deployment"
	"k8s.io/kubernetes/pkg/controller/replicaset"
	"k8s.io/kubernetes/pkg/controller/statefulset"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == "controllers" {
		if err := controllers(os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(cli.Run(apiserver.NewAPIServerCommand()))
}

func controllers(kubeconfig string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.QPS, config.Burst = 100, 200
	client := kubernetes.NewForConfigOrDie(config)
	shared := informers.NewSharedInformerFactory(client, 2*time.Second)
	apps, pods, claims := shared.Apps().V1(), shared.Core().V1().Pods(), shared.Core().V1().PersistentVolumeClaims()
	deployments, err := deployment.NewDeploymentController(ctx, apps.Deployments(), apps.ReplicaSets(), pods, client)
	if err != nil {
		return err
	}
	replicaSets := replicaset.NewReplicaSetController(ctx, apps.ReplicaSets(), pods, client, replicaset.BurstReplicas)
	statefulSets := statefulset.NewStatefulSetController(ctx, pods, apps.StatefulSets(), claims, apps.ControllerRevisions(), client)
	kubelet := kubelet{ctx, client}
	_, err = pods.Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(pod any) { kubelet.see(pod.(*core.Pod)) },
		UpdateFunc: func(_, pod any) { kubelet.see(pod.(*core.Pod)) },
	})
	if err != nil {
		return err
	}
	shared.Start(ctx.Done())
	go deployments.Run(ctx, 2)
	go replicaSets.Run(ctx, 2)
	go statefulSets.Run(ctx, 2)
	<-ctx.Done()
	return nil
}

// Nothing is run. A pod is bound to a node that is not there, and is ready at once; one whose image is called "missing…"
// waits for its image, and one whose image is called "stubborn…" does not end by itself.
type kubelet struct {
	ctx    context.Context
	client kubernetes.Interface
}

func (k kubelet) see(pod *core.Pod) {
	if err := k.act(pod); err != nil {
		fmt.Fprintln(os.Stderr, err) // It is seen again in a moment.
	}
}

func (k kubelet) act(pod *core.Pod) error {
	pods := k.client.CoreV1().Pods(pod.Namespace)
	image := pod.Spec.Containers[0].Image
	switch {
	case pod.DeletionTimestamp != nil && strings.HasPrefix(image, "stubborn"):
		return nil
	case pod.DeletionTimestamp != nil:
		now := int64(0)
		return pods.Delete(k.ctx, pod.Name, meta.DeleteOptions{GracePeriodSeconds: &now})
	case pod.Spec.NodeName == "":
		node := core.ObjectReference{Kind: "Node", Name: "node"}
		binding := &core.Binding{ObjectMeta: meta.ObjectMeta{Name: pod.Name}, Target: node}
		return pods.Bind(k.ctx, binding, meta.CreateOptions{})
	case len(pod.Status.ContainerStatuses) == 0:
		pod = pod.DeepCopy()
		pod.Status = statusOf(pod, strings.HasPrefix(image, "missing"))
		_, err := pods.UpdateStatus(k.ctx, pod, meta.UpdateOptions{})
		return err
	}
	return nil
}

func statusOf(pod *core.Pod, missing bool) core.PodStatus {
	container := core.ContainerStatus{Name: pod.Spec.Containers[0].Name, Image: pod.Spec.Containers[0].Image}
	ready := core.PodCondition{Type: core.PodReady, Status: core.ConditionTrue, LastTransitionTime: meta.Now()}
	status := core.PodStatus{Phase: core.PodRunning}
	if missing {
		status.Phase = core.PodPending
		ready.Status, ready.Reason = core.ConditionFalse, "ContainersNotReady"
		message := fmt.Sprintf("Back-off pulling image %q", container.Image)
		container.State.Waiting = &core.ContainerStateWaiting{Reason: "ImagePullBackOff", Message: message}
	} else {
		container.Ready = true
		container.State.Running = &core.ContainerStateRunning{StartedAt: meta.Now()}
	}
	status.Conditions = []core.PodCondition{ready}
	status.ContainerStatuses = []core.ContainerStatus{container}
	return status
}
