//! The shapes of Kubernetes objects, made by `tests/schema/shapes.rs` from the types of k8s-openapi.
//! Not for changing by hand.

use super::Shape::{Any, Boolean, Int32, Int64, IntOrText, Quantity, Text};
use super::{Shape, objects};

objects! {
    AFFINITY { nodeAffinity: NODE_AFFINITY, podAffinity: POD_AFFINITY, podAntiAffinity: POD_ANTI_AFFINITY }
    APP_ARMOR_PROFILE { localhostProfile: Text, type: Text }
    ATTACHED_VOLUME { devicePath: Text, name: Text }
    AWSELASTIC_BLOCK_STORE_VOLUME_SOURCE { fsType: Text, partition: Int32, readOnly: Boolean, volumeID: Text }
    AZURE_DISK_VOLUME_SOURCE { cachingMode: Text, diskName: Text, diskURI: Text, fsType: Text, kind: Text, readOnly: Boolean }
    AZURE_FILE_VOLUME_SOURCE { readOnly: Boolean, secretName: Text, shareName: Text }
    CAPABILITIES { add: [Text], drop: [Text] }
    CEPH_FSVOLUME_SOURCE { monitors: [Text], path: Text, readOnly: Boolean, secretFile: Text, secretRef: LOCAL_OBJECT_REFERENCE,
        user: Text }
    CINDER_VOLUME_SOURCE { fsType: Text, readOnly: Boolean, secretRef: LOCAL_OBJECT_REFERENCE, volumeID: Text }
    CLIENT_IPCONFIG { timeoutSeconds: Int32 }
    CLUSTER_TRUST_BUNDLE_PROJECTION { labelSelector: LABEL_SELECTOR, name: Text, optional: Boolean, path: Text, signerName: Text,
        user: Int64 }
    CONDITION { lastTransitionTime: Text, message: Text, observedGeneration: Int64, reason: Text, status: Text, type: Text }
    CONFIG_MAP_ENV_SOURCE { name: Text, optional: Boolean }
    CONFIG_MAP_KEY_SELECTOR { key: Text, name: Text, optional: Boolean }
    CONFIG_MAP_NODE_CONFIG_SOURCE { kubeletConfigKey: Text, name: Text, namespace: Text, resourceVersion: Text, uid: Text }
    CONFIG_MAP_PROJECTION { items: [KEY_TO_PATH], name: Text, optional: Boolean }
    CONFIG_MAP_VOLUME_SOURCE { defaultMode: Int32, defaultUser: Int64, items: [KEY_TO_PATH], name: Text, optional: Boolean }
    CONTAINER { args: [Text], command: [Text], env: [ENV_VAR], envFrom: [ENV_FROM_SOURCE], image: Text, imagePullPolicy: Text,
        lifecycle: LIFECYCLE, livenessProbe: PROBE, name: Text, ports: [CONTAINER_PORT], readinessProbe: PROBE,
        resizePolicy: [CONTAINER_RESIZE_POLICY], resources: RESOURCE_REQUIREMENTS, restartPolicy: Text,
        restartPolicyRules: [CONTAINER_RESTART_RULE], securityContext: SECURITY_CONTEXT, startupProbe: PROBE, stdin: Boolean,
        stdinOnce: Boolean, terminationMessagePath: Text, terminationMessagePolicy: Text, tty: Boolean, volumeDevices: [VOLUME_DEVICE],
        volumeMounts: [VOLUME_MOUNT], workingDir: Text }
    CONTAINER_EXTENDED_RESOURCE_REQUEST { containerName: Text, requestName: Text, resourceName: Text }
    CONTAINER_IMAGE { names: [Text], sizeBytes: Int64 }
    CONTAINER_PORT { containerPort: Int32, hostIP: Text, hostPort: Int32, name: Text, protocol: Text }
    CONTAINER_RESIZE_POLICY { resourceName: Text, restartPolicy: Text }
    CONTAINER_RESOURCE_METRIC_SOURCE { container: Text, name: Text, target: METRIC_TARGET }
    CONTAINER_RESOURCE_METRIC_STATUS { container: Text, current: METRIC_VALUE_STATUS, name: Text }
    CONTAINER_RESTART_RULE { action: Text, exitCodes: CONTAINER_RESTART_RULE_ON_EXIT_CODES }
    CONTAINER_RESTART_RULE_ON_EXIT_CODES { operator: Text, values: [Int32] }
    CONTAINER_STATE { running: CONTAINER_STATE_RUNNING, terminated: CONTAINER_STATE_TERMINATED, waiting: CONTAINER_STATE_WAITING }
    CONTAINER_STATE_RUNNING { startedAt: Text }
    CONTAINER_STATE_TERMINATED { containerID: Text, exitCode: Int32, finishedAt: Text, message: Text, reason: Text, signal: Int32,
        startedAt: Text }
    CONTAINER_STATE_WAITING { message: Text, reason: Text }
    CONTAINER_STATUS { allocatedResources: {Quantity}, allocatedResourcesStatus: [RESOURCE_STATUS], containerID: Text, image: Text,
        imageID: Text, lastState: CONTAINER_STATE, name: Text, ready: Boolean, resources: RESOURCE_REQUIREMENTS, restartCount: Int32,
        started: Boolean, state: CONTAINER_STATE, stopSignal: Text, user: CONTAINER_USER, volumeMounts: [VOLUME_MOUNT_STATUS] }
    CONTAINER_USER { linux: LINUX_CONTAINER_USER }
    CRON_JOB { apiVersion: Text, kind: Text, metadata: OBJECT_META, spec: CRON_JOB_SPEC, status: CRON_JOB_STATUS }
    CRON_JOB_SPEC { concurrencyPolicy: Text, failedJobsHistoryLimit: Int32, jobTemplate: JOB_TEMPLATE_SPEC, schedule: Text,
        startingDeadlineSeconds: Int64, successfulJobsHistoryLimit: Int32, suspend: Boolean, timeZone: Text }
    CRON_JOB_STATUS { active: [OBJECT_REFERENCE], lastScheduleTime: Text, lastSuccessfulTime: Text }
    CROSS_VERSION_OBJECT_REFERENCE { apiVersion: Text, kind: Text, name: Text }
    CSIVOLUME_SOURCE { driver: Text, fsType: Text, nodePublishSecretRef: LOCAL_OBJECT_REFERENCE, readOnly: Boolean,
        volumeAttributes: {Text} }
    DAEMON_ENDPOINT { Port: Int32 }
    DAEMON_SET { apiVersion: Text, kind: Text, metadata: OBJECT_META, spec: DAEMON_SET_SPEC, status: DAEMON_SET_STATUS }
    DAEMON_SET_CONDITION { lastTransitionTime: Text, message: Text, reason: Text, status: Text, type: Text }
    DAEMON_SET_SPEC { minReadySeconds: Int32, revisionHistoryLimit: Int32, selector: LABEL_SELECTOR, template: POD_TEMPLATE_SPEC,
        updateStrategy: DAEMON_SET_UPDATE_STRATEGY }
    DAEMON_SET_STATUS { collisionCount: Int32, conditions: [DAEMON_SET_CONDITION], currentNumberScheduled: Int32,
        desiredNumberScheduled: Int32, numberAvailable: Int32, numberMisscheduled: Int32, numberReady: Int32, numberUnavailable: Int32,
        observedGeneration: Int64, updatedNumberScheduled: Int32 }
    DAEMON_SET_UPDATE_STRATEGY { rollingUpdate: ROLLING_UPDATE_DAEMON_SET, type: Text }
    DEPLOYMENT { apiVersion: Text, kind: Text, metadata: OBJECT_META, spec: DEPLOYMENT_SPEC, status: DEPLOYMENT_STATUS }
    DEPLOYMENT_CONDITION { lastTransitionTime: Text, lastUpdateTime: Text, message: Text, reason: Text, status: Text, type: Text }
    DEPLOYMENT_SPEC { minReadySeconds: Int32, paused: Boolean, progressDeadlineSeconds: Int32, replicas: Int32, revisionHistoryLimit: Int32,
        selector: LABEL_SELECTOR, strategy: DEPLOYMENT_STRATEGY, template: POD_TEMPLATE_SPEC }
    DEPLOYMENT_STATUS { availableReplicas: Int32, collisionCount: Int32, conditions: [DEPLOYMENT_CONDITION], observedGeneration: Int64,
        readyReplicas: Int32, replicas: Int32, terminatingReplicas: Int32, unavailableReplicas: Int32, updatedReplicas: Int32 }
    DEPLOYMENT_STRATEGY { rollingUpdate: ROLLING_UPDATE_DEPLOYMENT, type: Text }
    DOWNWARD_APIPROJECTION { items: [DOWNWARD_APIVOLUME_FILE] }
    DOWNWARD_APIVOLUME_FILE { fieldRef: OBJECT_FIELD_SELECTOR, mode: Int32, path: Text, resourceFieldRef: RESOURCE_FIELD_SELECTOR,
        user: Int64 }
    DOWNWARD_APIVOLUME_SOURCE { defaultMode: Int32, defaultUser: Int64, items: [DOWNWARD_APIVOLUME_FILE] }
    EMPTY_DIR_VOLUME_SOURCE { medium: Text, mode: Int32, sizeLimit: Quantity }
    ENDPOINT { addresses: [Text], conditions: ENDPOINT_CONDITIONS, deprecatedTopology: {Text}, hints: ENDPOINT_HINTS, hostname: Text,
        nodeName: Text, targetRef: OBJECT_REFERENCE, zone: Text }
    ENDPOINTS { apiVersion: Text, kind: Text, metadata: OBJECT_META, subsets: [ENDPOINT_SUBSET] }
    ENDPOINT_ADDRESS { hostname: Text, ip: Text, nodeName: Text, targetRef: OBJECT_REFERENCE }
    ENDPOINT_CONDITIONS { ready: Boolean, serving: Boolean, terminating: Boolean }
    ENDPOINT_HINTS { forNodes: [FOR_NODE], forZones: [FOR_ZONE] }
    ENDPOINT_PORT { appProtocol: Text, name: Text, port: Int32, protocol: Text }
    ENDPOINT_SLICE { addressType: Text, apiVersion: Text, endpoints: [ENDPOINT], kind: Text, metadata: OBJECT_META, ports: [ENDPOINT_PORT] }
    ENDPOINT_SUBSET { addresses: [ENDPOINT_ADDRESS], notReadyAddresses: [ENDPOINT_ADDRESS], ports: [ENDPOINT_PORT] }
    ENV_FROM_SOURCE { configMapRef: CONFIG_MAP_ENV_SOURCE, prefix: Text, secretRef: SECRET_ENV_SOURCE }
    ENV_VAR { name: Text, value: Text, valueFrom: ENV_VAR_SOURCE }
    ENV_VAR_SOURCE { configMapKeyRef: CONFIG_MAP_KEY_SELECTOR, fieldRef: OBJECT_FIELD_SELECTOR, fileKeyRef: FILE_KEY_SELECTOR,
        resourceFieldRef: RESOURCE_FIELD_SELECTOR, secretKeyRef: SECRET_KEY_SELECTOR }
    EPHEMERAL_CONTAINER { args: [Text], command: [Text], env: [ENV_VAR], envFrom: [ENV_FROM_SOURCE], image: Text, imagePullPolicy: Text,
        lifecycle: LIFECYCLE, livenessProbe: PROBE, name: Text, ports: [CONTAINER_PORT], readinessProbe: PROBE,
        resizePolicy: [CONTAINER_RESIZE_POLICY], resources: RESOURCE_REQUIREMENTS, restartPolicy: Text,
        restartPolicyRules: [CONTAINER_RESTART_RULE], securityContext: SECURITY_CONTEXT, startupProbe: PROBE, stdin: Boolean,
        stdinOnce: Boolean, targetContainerName: Text, terminationMessagePath: Text, terminationMessagePolicy: Text, tty: Boolean,
        volumeDevices: [VOLUME_DEVICE], volumeMounts: [VOLUME_MOUNT], workingDir: Text }
    EPHEMERAL_VOLUME_SOURCE { volumeClaimTemplate: PERSISTENT_VOLUME_CLAIM_TEMPLATE }
    EVICTION_RESPONDER { name: Text, priority: Int32 }
    EXEC_ACTION { command: [Text] }
    EXTERNAL_METRIC_SOURCE { metric: METRIC_IDENTIFIER, target: METRIC_TARGET }
    EXTERNAL_METRIC_STATUS { current: METRIC_VALUE_STATUS, metric: METRIC_IDENTIFIER }
    FCVOLUME_SOURCE { fsType: Text, lun: Int32, readOnly: Boolean, targetWWNs: [Text], wwids: [Text] }
    FILE_KEY_SELECTOR { key: Text, optional: Boolean, path: Text, volumeName: Text }
    FLEX_VOLUME_SOURCE { driver: Text, fsType: Text, options: {Text}, readOnly: Boolean, secretRef: LOCAL_OBJECT_REFERENCE }
    FLOCKER_VOLUME_SOURCE { datasetName: Text, datasetUUID: Text }
    FOR_NODE { name: Text }
    FOR_ZONE { name: Text }
    GCEPERSISTENT_DISK_VOLUME_SOURCE { fsType: Text, partition: Int32, pdName: Text, readOnly: Boolean }
    GIT_REPO_VOLUME_SOURCE { directory: Text, repository: Text, revision: Text }
    GLUSTERFS_VOLUME_SOURCE { endpoints: Text, path: Text, readOnly: Boolean }
    GRPCACTION { mode: Text, port: Int32, service: Text }
    HORIZONTAL_POD_AUTOSCALER { apiVersion: Text, kind: Text, metadata: OBJECT_META, spec: HORIZONTAL_POD_AUTOSCALER_SPEC,
        status: HORIZONTAL_POD_AUTOSCALER_STATUS }
    HORIZONTAL_POD_AUTOSCALER_BEHAVIOR { scaleDown: HPASCALING_RULES, scaleUp: HPASCALING_RULES }
    HORIZONTAL_POD_AUTOSCALER_CONDITION { lastTransitionTime: Text, message: Text, observedGeneration: Int64, reason: Text, status: Text,
        type: Text }
    HORIZONTAL_POD_AUTOSCALER_SPEC { behavior: HORIZONTAL_POD_AUTOSCALER_BEHAVIOR, maxReplicas: Int32, metrics: [METRIC_SPEC],
        minReplicas: Int32, scaleTargetRef: CROSS_VERSION_OBJECT_REFERENCE }
    HORIZONTAL_POD_AUTOSCALER_STATUS { conditions: [HORIZONTAL_POD_AUTOSCALER_CONDITION], currentMetrics: [METRIC_STATUS],
        currentReplicas: Int32, desiredReplicas: Int32, lastScaleTime: Text, observedGeneration: Int64 }
    HOST_ALIAS { hostnames: [Text], ip: Text }
    HOST_IP { ip: Text }
    HOST_PATH_VOLUME_SOURCE { path: Text, type: Text }
    HPASCALING_POLICY { periodSeconds: Int32, type: Text, value: Int32 }
    HPASCALING_RULES { policies: [HPASCALING_POLICY], selectPolicy: Text, stabilizationWindowSeconds: Int32, tolerance: Quantity }
    HTTPGET_ACTION { host: Text, httpHeaders: [HTTPHEADER], path: Text, port: IntOrText, protocol: Text, scheme: Text }
    HTTPHEADER { name: Text, value: Text }
    HTTPINGRESS_PATH { backend: INGRESS_BACKEND, path: Text, pathType: Text }
    HTTPINGRESS_RULE_VALUE { paths: [HTTPINGRESS_PATH] }
    IMAGE_VOLUME_SOURCE { pullPolicy: Text, reference: Text }
    IMAGE_VOLUME_STATUS { imageRef: Text }
    INGRESS { apiVersion: Text, kind: Text, metadata: OBJECT_META, spec: INGRESS_SPEC, status: INGRESS_STATUS }
    INGRESS_BACKEND { resource: TYPED_LOCAL_OBJECT_REFERENCE, service: INGRESS_SERVICE_BACKEND }
    INGRESS_CLASS { apiVersion: Text, kind: Text, metadata: OBJECT_META, spec: INGRESS_CLASS_SPEC }
    INGRESS_CLASS_PARAMETERS_REFERENCE { apiGroup: Text, kind: Text, name: Text, namespace: Text, scope: Text }
    INGRESS_CLASS_SPEC { controller: Text, parameters: INGRESS_CLASS_PARAMETERS_REFERENCE }
    INGRESS_LOAD_BALANCER_INGRESS { hostname: Text, ip: Text, ports: [INGRESS_PORT_STATUS] }
    INGRESS_LOAD_BALANCER_STATUS { ingress: [INGRESS_LOAD_BALANCER_INGRESS] }
    INGRESS_PORT_STATUS { error: Text, port: Int32, protocol: Text }
    INGRESS_RULE { host: Text, http: HTTPINGRESS_RULE_VALUE }
    INGRESS_SERVICE_BACKEND { name: Text, port: SERVICE_BACKEND_PORT }
    INGRESS_SPEC { defaultBackend: INGRESS_BACKEND, ingressClassName: Text, rules: [INGRESS_RULE], tls: [INGRESS_TLS] }
    INGRESS_STATUS { loadBalancer: INGRESS_LOAD_BALANCER_STATUS }
    INGRESS_TLS { hosts: [Text], secretName: Text }
    IPBLOCK { cidr: Text, except: [Text] }
    ISCSIVOLUME_SOURCE { chapAuthDiscovery: Boolean, chapAuthSession: Boolean, fsType: Text, initiatorName: Text, iqn: Text,
        iscsiInterface: Text, lun: Int32, portals: [Text], readOnly: Boolean, secretRef: LOCAL_OBJECT_REFERENCE, targetPortal: Text }
    JOB { apiVersion: Text, kind: Text, metadata: OBJECT_META, spec: JOB_SPEC, status: JOB_STATUS }
    JOB_CONDITION { lastProbeTime: Text, lastTransitionTime: Text, message: Text, reason: Text, status: Text, type: Text }
    JOB_SCHEDULING_CONFIGURATION { disruptionMode: WORKLOAD_POD_GROUP_DISRUPTION_MODE, resourceClaims: [WORKLOAD_POD_GROUP_RESOURCE_CLAIM],
        schedulingConstraints: WORKLOAD_POD_GROUP_SCHEDULING_CONSTRAINTS, schedulingPolicy: WORKLOAD_POD_GROUP_SCHEDULING_POLICY }
    JOB_SPEC { activeDeadlineSeconds: Int64, backoffLimit: Int32, backoffLimitPerIndex: Int32, completionMode: Text, completions: Int32,
        managedBy: Text, manualSelector: Boolean, maxFailedIndexes: Int32, parallelism: Int32, podFailurePolicy: POD_FAILURE_POLICY,
        podReplacementPolicy: Text, scheduling: JOB_SCHEDULING_CONFIGURATION, selector: LABEL_SELECTOR, successPolicy: SUCCESS_POLICY,
        suspend: Boolean, template: POD_TEMPLATE_SPEC, ttlSecondsAfterFinished: Int32 }
    JOB_STATUS { active: Int32, completedIndexes: Text, completionTime: Text, conditions: [JOB_CONDITION], failed: Int32,
        failedIndexes: Text, ready: Int32, startTime: Text, succeeded: Int32, terminating: Int32,
        uncountedTerminatedPods: UNCOUNTED_TERMINATED_PODS }
    JOB_TEMPLATE_SPEC { metadata: OBJECT_META, spec: JOB_SPEC }
    KEY_TO_PATH { key: Text, mode: Int32, path: Text, user: Int64 }
    LABEL_SELECTOR { matchExpressions: [LABEL_SELECTOR_REQUIREMENT], matchLabels: {Text} }
    LABEL_SELECTOR_REQUIREMENT { key: Text, operator: Text, values: [Text] }
    LIFECYCLE { postStart: LIFECYCLE_HANDLER, preStop: LIFECYCLE_HANDLER, stopSignal: Text }
    LIFECYCLE_HANDLER { exec: EXEC_ACTION, httpGet: HTTPGET_ACTION, sleep: SLEEP_ACTION, tcpSocket: TCPSOCKET_ACTION }
    LINUX_CONTAINER_USER { gid: Int64, supplementalGroups: [Int64], uid: Int64 }
    LOAD_BALANCER_INGRESS { hostname: Text, ip: Text, ipMode: Text, ports: [PORT_STATUS] }
    LOAD_BALANCER_STATUS { ingress: [LOAD_BALANCER_INGRESS] }
    LOCAL_OBJECT_REFERENCE { name: Text }
    MANAGED_FIELDS_ENTRY { apiVersion: Text, fieldsType: Text, fieldsV1: Any, manager: Text, operation: Text, subresource: Text,
        time: Text }
    METRIC_IDENTIFIER { name: Text, selector: LABEL_SELECTOR }
    METRIC_SPEC { containerResource: CONTAINER_RESOURCE_METRIC_SOURCE, external: EXTERNAL_METRIC_SOURCE, object: OBJECT_METRIC_SOURCE,
        pods: PODS_METRIC_SOURCE, resource: RESOURCE_METRIC_SOURCE, type: Text }
    METRIC_STATUS { containerResource: CONTAINER_RESOURCE_METRIC_STATUS, external: EXTERNAL_METRIC_STATUS, object: OBJECT_METRIC_STATUS,
        pods: PODS_METRIC_STATUS, resource: RESOURCE_METRIC_STATUS, type: Text }
    METRIC_TARGET { averageUtilization: Int32, averageValue: Quantity, type: Text, value: Quantity }
    METRIC_VALUE_STATUS { averageUtilization: Int32, averageValue: Quantity, value: Quantity }
    MODIFY_VOLUME_STATUS { status: Text, targetVolumeAttributesClassName: Text }
    NAMESPACE { apiVersion: Text, kind: Text, metadata: OBJECT_META, spec: NAMESPACE_SPEC, status: NAMESPACE_STATUS }
    NAMESPACE_CONDITION { lastTransitionTime: Text, message: Text, reason: Text, status: Text, type: Text }
    NAMESPACE_SPEC { finalizers: [Text] }
    NAMESPACE_STATUS { conditions: [NAMESPACE_CONDITION], phase: Text }
    NETWORK_POLICY { apiVersion: Text, kind: Text, metadata: OBJECT_META, spec: NETWORK_POLICY_SPEC, status: Any }
    NETWORK_POLICY_EGRESS_RULE { ports: [NETWORK_POLICY_PORT], to: [NETWORK_POLICY_PEER] }
    NETWORK_POLICY_INGRESS_RULE { from: [NETWORK_POLICY_PEER], ports: [NETWORK_POLICY_PORT] }
    NETWORK_POLICY_PEER { ipBlock: IPBLOCK, namespaceSelector: LABEL_SELECTOR, podSelector: LABEL_SELECTOR }
    NETWORK_POLICY_PORT { endPort: Int32, port: IntOrText, protocol: Text }
    NETWORK_POLICY_SPEC { egress: [NETWORK_POLICY_EGRESS_RULE], ingress: [NETWORK_POLICY_INGRESS_RULE], podSelector: LABEL_SELECTOR,
        policyTypes: [Text] }
    NFSVOLUME_SOURCE { path: Text, readOnly: Boolean, server: Text }
    NODE { apiVersion: Text, kind: Text, metadata: OBJECT_META, spec: NODE_SPEC, status: NODE_STATUS }
    NODE_ADDRESS { address: Text, type: Text }
    NODE_AFFINITY { preferredDuringSchedulingIgnoredDuringExecution: [PREFERRED_SCHEDULING_TERM],
        requiredDuringSchedulingIgnoredDuringExecution: NODE_SELECTOR }
    NODE_ALLOCATABLE_MAPPED_RESOURCES { name: Text, quantity: Quantity }
    NODE_ALLOCATABLE_OVERHEAD_RESOURCES { name: Text, perContainer: Quantity, perPod: Quantity }
    NODE_ALLOCATABLE_RESOURCE_CLAIM_STATUS { containers: [Text], mapping: [NODE_ALLOCATABLE_MAPPED_RESOURCES],
        overhead: [NODE_ALLOCATABLE_OVERHEAD_RESOURCES], resourceClaimName: Text }
    NODE_CONDITION { lastHeartbeatTime: Text, lastTransitionTime: Text, message: Text, reason: Text, status: Text, type: Text }
    NODE_CONFIG_SOURCE { configMap: CONFIG_MAP_NODE_CONFIG_SOURCE }
    NODE_CONFIG_STATUS { active: NODE_CONFIG_SOURCE, assigned: NODE_CONFIG_SOURCE, error: Text, lastKnownGood: NODE_CONFIG_SOURCE }
    NODE_DAEMON_ENDPOINTS { kubeletEndpoint: DAEMON_ENDPOINT }
    NODE_FEATURES { supplementalGroupsPolicy: Boolean }
    NODE_POD_PREEMPTION_POLICY { disableResizePreemption: [Text] }
    NODE_RUNTIME_HANDLER { features: NODE_RUNTIME_HANDLER_FEATURES, name: Text }
    NODE_RUNTIME_HANDLER_FEATURES { recursiveReadOnlyMounts: Boolean, userNamespaces: Boolean }
    NODE_SELECTOR { nodeSelectorTerms: [NODE_SELECTOR_TERM] }
    NODE_SELECTOR_REQUIREMENT { key: Text, operator: Text, values: [Text] }
    NODE_SELECTOR_TERM { matchExpressions: [NODE_SELECTOR_REQUIREMENT], matchFields: [NODE_SELECTOR_REQUIREMENT] }
    NODE_SPEC { configSource: NODE_CONFIG_SOURCE, externalID: Text, podCIDR: Text, podCIDRs: [Text],
        podPreemptionPolicy: NODE_POD_PREEMPTION_POLICY, providerID: Text, taints: [TAINT], unschedulable: Boolean }
    NODE_STATUS { addresses: [NODE_ADDRESS], allocatable: {Quantity}, capacity: {Quantity}, conditions: [NODE_CONDITION],
        config: NODE_CONFIG_STATUS, daemonEndpoints: NODE_DAEMON_ENDPOINTS, declaredFeatures: [Text], features: NODE_FEATURES,
        images: [CONTAINER_IMAGE], nodeInfo: NODE_SYSTEM_INFO, phase: Text, runtimeHandlers: [NODE_RUNTIME_HANDLER],
        volumesAttached: [ATTACHED_VOLUME], volumesInUse: [Text] }
    NODE_SWAP_STATUS { capacity: Int64 }
    NODE_SYSTEM_INFO { architecture: Text, bootID: Text, containerRuntimeVersion: Text, kernelVersion: Text, kubeProxyVersion: Text,
        kubeletVersion: Text, machineID: Text, operatingSystem: Text, osImage: Text, runningInUserNamespace: Boolean,
        swap: NODE_SWAP_STATUS, systemUUID: Text }
    OBJECT_FIELD_SELECTOR { apiVersion: Text, fieldPath: Text }
    OBJECT_META { annotations: {Text}, creationTimestamp: Text, deletionGracePeriodSeconds: Int64, deletionTimestamp: Text,
        finalizers: [Text], generateName: Text, generation: Int64, labels: {Text}, managedFields: [MANAGED_FIELDS_ENTRY], name: Text,
        namespace: Text, ownerReferences: [OWNER_REFERENCE], resourceVersion: Text, selfLink: Text, uid: Text }
    OBJECT_METRIC_SOURCE { describedObject: CROSS_VERSION_OBJECT_REFERENCE, metric: METRIC_IDENTIFIER, target: METRIC_TARGET }
    OBJECT_METRIC_STATUS { current: METRIC_VALUE_STATUS, describedObject: CROSS_VERSION_OBJECT_REFERENCE, metric: METRIC_IDENTIFIER }
    OBJECT_REFERENCE { apiVersion: Text, fieldPath: Text, kind: Text, name: Text, namespace: Text, resourceVersion: Text, uid: Text }
    OWNER_REFERENCE { apiVersion: Text, blockOwnerDeletion: Boolean, controller: Boolean, kind: Text, name: Text, uid: Text }
    PERSISTENT_VOLUME_CLAIM { apiVersion: Text, kind: Text, metadata: OBJECT_META, spec: PERSISTENT_VOLUME_CLAIM_SPEC,
        status: PERSISTENT_VOLUME_CLAIM_STATUS }
    PERSISTENT_VOLUME_CLAIM_CONDITION { lastProbeTime: Text, lastTransitionTime: Text, message: Text, reason: Text, status: Text,
        type: Text }
    PERSISTENT_VOLUME_CLAIM_SPEC { accessModes: [Text], dataSource: TYPED_LOCAL_OBJECT_REFERENCE, dataSourceRef: TYPED_OBJECT_REFERENCE,
        resources: VOLUME_RESOURCE_REQUIREMENTS, selector: LABEL_SELECTOR, storageClassName: Text, volumeAttributesClassName: Text,
        volumeMode: Text, volumeName: Text }
    PERSISTENT_VOLUME_CLAIM_STATUS { accessModes: [Text], allocatedResourceStatuses: {Text}, allocatedResources: {Quantity},
        capacity: {Quantity}, conditions: [PERSISTENT_VOLUME_CLAIM_CONDITION], currentVolumeAttributesClassName: Text,
        healthStatus: VOLUME_HEALTH_STATUS, modifyVolumeStatus: MODIFY_VOLUME_STATUS, phase: Text }
    PERSISTENT_VOLUME_CLAIM_TEMPLATE { metadata: OBJECT_META, spec: PERSISTENT_VOLUME_CLAIM_SPEC }
    PERSISTENT_VOLUME_CLAIM_VOLUME_SOURCE { claimName: Text, readOnly: Boolean }
    PHOTON_PERSISTENT_DISK_VOLUME_SOURCE { fsType: Text, pdID: Text }
    POD { apiVersion: Text, kind: Text, metadata: OBJECT_META, spec: POD_SPEC, status: POD_STATUS }
    PODS_METRIC_SOURCE { metric: METRIC_IDENTIFIER, target: METRIC_TARGET }
    PODS_METRIC_STATUS { current: METRIC_VALUE_STATUS, metric: METRIC_IDENTIFIER }
    POD_AFFINITY { preferredDuringSchedulingIgnoredDuringExecution: [WEIGHTED_POD_AFFINITY_TERM],
        requiredDuringSchedulingIgnoredDuringExecution: [POD_AFFINITY_TERM] }
    POD_AFFINITY_TERM { labelSelector: LABEL_SELECTOR, matchLabelKeys: [Text], mismatchLabelKeys: [Text], namespaceSelector: LABEL_SELECTOR,
        namespaces: [Text], topologyKey: Text }
    POD_ANTI_AFFINITY { preferredDuringSchedulingIgnoredDuringExecution: [WEIGHTED_POD_AFFINITY_TERM],
        requiredDuringSchedulingIgnoredDuringExecution: [POD_AFFINITY_TERM] }
    POD_CERTIFICATE_PROJECTION { certificateChainPath: Text, credentialBundlePath: Text, keyPath: Text, keyType: Text,
        maxExpirationSeconds: Int32, signerName: Text, user: Int64, userAnnotations: {Text} }
    POD_CONDITION { lastProbeTime: Text, lastTransitionTime: Text, message: Text, observedGeneration: Int64, reason: Text, status: Text,
        type: Text }
    POD_DNSCONFIG { nameservers: [Text], options: [POD_DNSCONFIG_OPTION], searches: [Text] }
    POD_DNSCONFIG_OPTION { name: Text, value: Text }
    POD_EXTENDED_RESOURCE_CLAIM_STATUS { requestMappings: [CONTAINER_EXTENDED_RESOURCE_REQUEST], resourceClaimName: Text }
    POD_FAILURE_POLICY { rules: [POD_FAILURE_POLICY_RULE] }
    POD_FAILURE_POLICY_ON_EXIT_CODES_REQUIREMENT { containerName: Text, operator: Text, values: [Int32] }
    POD_FAILURE_POLICY_ON_POD_CONDITIONS_PATTERN { status: Text, type: Text }
    POD_FAILURE_POLICY_RULE { action: Text, onExitCodes: POD_FAILURE_POLICY_ON_EXIT_CODES_REQUIREMENT,
        onPodConditions: [POD_FAILURE_POLICY_ON_POD_CONDITIONS_PATTERN] }
    POD_IP { ip: Text }
    POD_OS { name: Text }
    POD_READINESS_GATE { conditionType: Text }
    POD_RESOURCE_CLAIM { name: Text, resourceClaimName: Text, resourceClaimTemplateName: Text }
    POD_RESOURCE_CLAIM_STATUS { name: Text, resourceClaimName: Text }
    POD_SCHEDULING_GATE { name: Text }
    POD_SCHEDULING_GROUP { podGroupName: Text }
    POD_SECURITY_CONTEXT { appArmorProfile: APP_ARMOR_PROFILE, fsGroup: Int64, fsGroupChangePolicy: Text, runAsGroup: Int64,
        runAsNonRoot: Boolean, runAsUser: Int64, seLinuxChangePolicy: Text, seLinuxOptions: SELINUX_OPTIONS,
        seccompProfile: SECCOMP_PROFILE, supplementalGroups: [Int64], supplementalGroupsPolicy: Text, sysctls: [SYSCTL],
        windowsOptions: WINDOWS_SECURITY_CONTEXT_OPTIONS }
    POD_SPEC { activeDeadlineSeconds: Int64, affinity: AFFINITY, automountServiceAccountToken: Boolean, containers: [CONTAINER],
        dnsConfig: POD_DNSCONFIG, dnsPolicy: Text, enableServiceLinks: Boolean, ephemeralContainers: [EPHEMERAL_CONTAINER],
        evictionResponders: [EVICTION_RESPONDER], hostAliases: [HOST_ALIAS], hostIPC: Boolean, hostNetwork: Boolean, hostPID: Boolean,
        hostUsers: Boolean, hostname: Text, hostnameOverride: Text, imagePullSecrets: [LOCAL_OBJECT_REFERENCE], initContainers: [CONTAINER],
        nodeName: Text, nodeSelector: {Text}, os: POD_OS, overhead: {Quantity}, preemptionPolicy: Text, priority: Int32,
        priorityClassName: Text, readinessGates: [POD_READINESS_GATE], resourceClaims: [POD_RESOURCE_CLAIM],
        resources: RESOURCE_REQUIREMENTS, restartPolicy: Text, runtimeClassName: Text, schedulerName: Text,
        schedulingGates: [POD_SCHEDULING_GATE], schedulingGroup: POD_SCHEDULING_GROUP, securityContext: POD_SECURITY_CONTEXT,
        serviceAccount: Text, serviceAccountName: Text, setHostnameAsFQDN: Boolean, shareProcessNamespace: Boolean, subdomain: Text,
        terminationGracePeriodSeconds: Int64, tolerations: [TOLERATION], topologySpreadConstraints: [TOPOLOGY_SPREAD_CONSTRAINT],
        volumes: [VOLUME] }
    POD_STATUS { allocatedResources: {Quantity}, conditions: [POD_CONDITION], containerStatuses: [CONTAINER_STATUS],
        ephemeralContainerStatuses: [CONTAINER_STATUS], extendedResourceClaimStatus: POD_EXTENDED_RESOURCE_CLAIM_STATUS, hostIP: Text,
        hostIPs: [HOST_IP], initContainerStatuses: [CONTAINER_STATUS], message: Text,
        nodeAllocatableResourceClaimStatuses: [NODE_ALLOCATABLE_RESOURCE_CLAIM_STATUS], nominatedNodeName: Text, observedGeneration: Int64,
        phase: Text, podIP: Text, podIPs: [POD_IP], qosClass: Text, reason: Text, resize: Text,
        resourceClaimStatuses: [POD_RESOURCE_CLAIM_STATUS], resources: RESOURCE_REQUIREMENTS, startTime: Text,
        volumeHealth: [POD_VOLUME_HEALTH] }
    POD_TEMPLATE_SPEC { metadata: OBJECT_META, spec: POD_SPEC }
    POD_VOLUME_HEALTH { healthConditions: [VOLUME_HEALTH_CONDITION], lastTransitionTime: Text, name: Text }
    PORTWORX_VOLUME_SOURCE { fsType: Text, readOnly: Boolean, volumeID: Text }
    PORT_STATUS { error: Text, port: Int32, protocol: Text }
    PREFERRED_SCHEDULING_TERM { preference: NODE_SELECTOR_TERM, weight: Int32 }
    PROBE { exec: EXEC_ACTION, failureThreshold: Int32, grpc: GRPCACTION, httpGet: HTTPGET_ACTION, initialDelaySeconds: Int32,
        periodSeconds: Int32, successThreshold: Int32, tcpSocket: TCPSOCKET_ACTION, terminationGracePeriodSeconds: Int64,
        timeoutSeconds: Int32 }
    PROJECTED_VOLUME_SOURCE { defaultMode: Int32, defaultUser: Int64, sources: [VOLUME_PROJECTION] }
    QUOBYTE_VOLUME_SOURCE { group: Text, readOnly: Boolean, registry: Text, tenant: Text, user: Text, volume: Text }
    RBDVOLUME_SOURCE { fsType: Text, image: Text, keyring: Text, monitors: [Text], pool: Text, readOnly: Boolean,
        secretRef: LOCAL_OBJECT_REFERENCE, user: Text }
    REPLICATION_CONTROLLER { apiVersion: Text, kind: Text, metadata: OBJECT_META, spec: REPLICATION_CONTROLLER_SPEC,
        status: REPLICATION_CONTROLLER_STATUS }
    REPLICATION_CONTROLLER_CONDITION { lastTransitionTime: Text, message: Text, reason: Text, status: Text, type: Text }
    REPLICATION_CONTROLLER_SPEC { minReadySeconds: Int32, replicas: Int32, selector: {Text}, template: POD_TEMPLATE_SPEC }
    REPLICATION_CONTROLLER_STATUS { availableReplicas: Int32, conditions: [REPLICATION_CONTROLLER_CONDITION], fullyLabeledReplicas: Int32,
        observedGeneration: Int64, readyReplicas: Int32, replicas: Int32 }
    REPLICA_SET { apiVersion: Text, kind: Text, metadata: OBJECT_META, spec: REPLICA_SET_SPEC, status: REPLICA_SET_STATUS }
    REPLICA_SET_CONDITION { lastTransitionTime: Text, message: Text, reason: Text, status: Text, type: Text }
    REPLICA_SET_SPEC { minReadySeconds: Int32, replicas: Int32, selector: LABEL_SELECTOR, template: POD_TEMPLATE_SPEC }
    REPLICA_SET_STATUS { availableReplicas: Int32, conditions: [REPLICA_SET_CONDITION], fullyLabeledReplicas: Int32,
        observedGeneration: Int64, readyReplicas: Int32, replicas: Int32, terminatingReplicas: Int32 }
    RESOURCE_CLAIM { name: Text, request: Text }
    RESOURCE_FIELD_SELECTOR { containerName: Text, divisor: Quantity, resource: Text }
    RESOURCE_HEALTH { health: Text, message: Text, resourceID: Text }
    RESOURCE_METRIC_SOURCE { name: Text, target: METRIC_TARGET }
    RESOURCE_METRIC_STATUS { current: METRIC_VALUE_STATUS, name: Text }
    RESOURCE_REQUIREMENTS { claims: [RESOURCE_CLAIM], limits: {Quantity}, requests: {Quantity} }
    RESOURCE_STATUS { name: Text, resources: [RESOURCE_HEALTH] }
    ROLLING_UPDATE_DAEMON_SET { maxSurge: IntOrText, maxUnavailable: IntOrText }
    ROLLING_UPDATE_DEPLOYMENT { maxSurge: IntOrText, maxUnavailable: IntOrText }
    ROLLING_UPDATE_STATEFUL_SET_STRATEGY { maxUnavailable: IntOrText, partition: Int32 }
    SCALE_IOVOLUME_SOURCE { fsType: Text, gateway: Text, protectionDomain: Text, readOnly: Boolean, secretRef: LOCAL_OBJECT_REFERENCE,
        sslEnabled: Boolean, storageMode: Text, storagePool: Text, system: Text, volumeName: Text }
    SECCOMP_PROFILE { localhostProfile: Text, type: Text }
    SECRET_ENV_SOURCE { name: Text, optional: Boolean }
    SECRET_KEY_SELECTOR { key: Text, name: Text, optional: Boolean }
    SECRET_PROJECTION { items: [KEY_TO_PATH], name: Text, optional: Boolean }
    SECRET_VOLUME_SOURCE { defaultMode: Int32, defaultUser: Int64, items: [KEY_TO_PATH], optional: Boolean, secretName: Text }
    SECURITY_CONTEXT { allowPrivilegeEscalation: Boolean, appArmorProfile: APP_ARMOR_PROFILE, capabilities: CAPABILITIES,
        privileged: Boolean, procMount: Text, readOnlyRootFilesystem: Boolean, runAsGroup: Int64, runAsNonRoot: Boolean, runAsUser: Int64,
        seLinuxOptions: SELINUX_OPTIONS, seccompProfile: SECCOMP_PROFILE, windowsOptions: WINDOWS_SECURITY_CONTEXT_OPTIONS }
    SELINUX_OPTIONS { level: Text, role: Text, type: Text, user: Text }
    SERVICE { apiVersion: Text, kind: Text, metadata: OBJECT_META, spec: SERVICE_SPEC, status: SERVICE_STATUS }
    SERVICE_ACCOUNT_TOKEN_PROJECTION { audience: Text, expirationSeconds: Int64, path: Text, user: Int64 }
    SERVICE_BACKEND_PORT { name: Text, number: Int32 }
    SERVICE_PORT { appProtocol: Text, name: Text, nodePort: Int32, port: Int32, protocol: Text, targetPort: IntOrText }
    SERVICE_SPEC { allocateLoadBalancerNodePorts: Boolean, clusterIP: Text, clusterIPs: [Text], externalIPs: [Text], externalName: Text,
        externalTrafficPolicy: Text, healthCheckNodePort: Int32, internalTrafficPolicy: Text, ipFamilies: [Text], ipFamilyPolicy: Text,
        loadBalancerClass: Text, loadBalancerIP: Text, loadBalancerSourceRanges: [Text], ports: [SERVICE_PORT],
        publishNotReadyAddresses: Boolean, selector: {Text}, sessionAffinity: Text, sessionAffinityConfig: SESSION_AFFINITY_CONFIG,
        trafficDistribution: Text, type: Text }
    SERVICE_STATUS { conditions: [CONDITION], loadBalancer: LOAD_BALANCER_STATUS }
    SESSION_AFFINITY_CONFIG { clientIP: CLIENT_IPCONFIG }
    SLEEP_ACTION { seconds: Int64 }
    STATEFUL_SET { apiVersion: Text, kind: Text, metadata: OBJECT_META, spec: STATEFUL_SET_SPEC, status: STATEFUL_SET_STATUS }
    STATEFUL_SET_CONDITION { lastTransitionTime: Text, message: Text, reason: Text, status: Text, type: Text }
    STATEFUL_SET_ORDINALS { start: Int32 }
    STATEFUL_SET_PERSISTENT_VOLUME_CLAIM_RETENTION_POLICY { whenDeleted: Text, whenScaled: Text }
    STATEFUL_SET_SPEC { minReadySeconds: Int32, ordinals: STATEFUL_SET_ORDINALS,
        persistentVolumeClaimRetentionPolicy: STATEFUL_SET_PERSISTENT_VOLUME_CLAIM_RETENTION_POLICY, podManagementPolicy: Text,
        replicas: Int32, revisionHistoryLimit: Int32, selector: LABEL_SELECTOR, serviceName: Text, template: POD_TEMPLATE_SPEC,
        updateStrategy: STATEFUL_SET_UPDATE_STRATEGY, volumeClaimTemplates: [PERSISTENT_VOLUME_CLAIM] }
    STATEFUL_SET_STATUS { availableReplicas: Int32, collisionCount: Int32, conditions: [STATEFUL_SET_CONDITION], currentReplicas: Int32,
        currentRevision: Text, observedGeneration: Int64, readyReplicas: Int32, replicas: Int32, updateRevision: Text,
        updatedReplicas: Int32 }
    STATEFUL_SET_UPDATE_STRATEGY { rollingUpdate: ROLLING_UPDATE_STATEFUL_SET_STRATEGY, type: Text }
    STORAGE_OSVOLUME_SOURCE { fsType: Text, readOnly: Boolean, secretRef: LOCAL_OBJECT_REFERENCE, volumeName: Text, volumeNamespace: Text }
    SUCCESS_POLICY { rules: [SUCCESS_POLICY_RULE] }
    SUCCESS_POLICY_RULE { succeededCount: Int32, succeededIndexes: Text }
    SYSCTL { name: Text, value: Text }
    TAINT { effect: Text, key: Text, timeAdded: Text, value: Text }
    TCPSOCKET_ACTION { host: Text, port: IntOrText }
    TOLERATION { effect: Text, key: Text, operator: Text, tolerationSeconds: Int64, value: Text }
    TOPOLOGY_CONSTRAINT { key: Text }
    TOPOLOGY_SPREAD_CONSTRAINT { labelSelector: LABEL_SELECTOR, matchLabelKeys: [Text], maxSkew: Int32, minDomains: Int32,
        nodeAffinityPolicy: Text, nodeTaintsPolicy: Text, topologyKey: Text, whenUnsatisfiable: Text }
    TYPED_LOCAL_OBJECT_REFERENCE { apiGroup: Text, kind: Text, name: Text }
    TYPED_OBJECT_REFERENCE { apiGroup: Text, kind: Text, name: Text, namespace: Text }
    UNCOUNTED_TERMINATED_PODS { failed: [Text], succeeded: [Text] }
    VOLUME { awsElasticBlockStore: AWSELASTIC_BLOCK_STORE_VOLUME_SOURCE, azureDisk: AZURE_DISK_VOLUME_SOURCE,
        azureFile: AZURE_FILE_VOLUME_SOURCE, cephfs: CEPH_FSVOLUME_SOURCE, cinder: CINDER_VOLUME_SOURCE,
        configMap: CONFIG_MAP_VOLUME_SOURCE, csi: CSIVOLUME_SOURCE, downwardAPI: DOWNWARD_APIVOLUME_SOURCE,
        emptyDir: EMPTY_DIR_VOLUME_SOURCE, ephemeral: EPHEMERAL_VOLUME_SOURCE, fc: FCVOLUME_SOURCE, flexVolume: FLEX_VOLUME_SOURCE,
        flocker: FLOCKER_VOLUME_SOURCE, gcePersistentDisk: GCEPERSISTENT_DISK_VOLUME_SOURCE, gitRepo: GIT_REPO_VOLUME_SOURCE,
        glusterfs: GLUSTERFS_VOLUME_SOURCE, hostPath: HOST_PATH_VOLUME_SOURCE, image: IMAGE_VOLUME_SOURCE, iscsi: ISCSIVOLUME_SOURCE,
        name: Text, nfs: NFSVOLUME_SOURCE, persistentVolumeClaim: PERSISTENT_VOLUME_CLAIM_VOLUME_SOURCE,
        photonPersistentDisk: PHOTON_PERSISTENT_DISK_VOLUME_SOURCE, portworxVolume: PORTWORX_VOLUME_SOURCE,
        projected: PROJECTED_VOLUME_SOURCE, quobyte: QUOBYTE_VOLUME_SOURCE, rbd: RBDVOLUME_SOURCE, scaleIO: SCALE_IOVOLUME_SOURCE,
        secret: SECRET_VOLUME_SOURCE, storageos: STORAGE_OSVOLUME_SOURCE, vsphereVolume: VSPHERE_VIRTUAL_DISK_VOLUME_SOURCE }
    VOLUME_DEVICE { devicePath: Text, name: Text }
    VOLUME_HEALTH_CONDITION { message: Text, reason: Text, status: Text }
    VOLUME_HEALTH_STATUS { healthConditions: [VOLUME_HEALTH_CONDITION], lastTransitionTime: Text }
    VOLUME_MOUNT { bindMountOptions: [Text], mountPath: Text, mountPropagation: Text, name: Text, readOnly: Boolean,
        recursiveReadOnly: Text, subPath: Text, subPathExpr: Text }
    VOLUME_MOUNT_STATUS { mountPath: Text, name: Text, readOnly: Boolean, recursiveReadOnly: Text, volumeStatus: VOLUME_STATUS }
    VOLUME_PROJECTION { clusterTrustBundle: CLUSTER_TRUST_BUNDLE_PROJECTION, configMap: CONFIG_MAP_PROJECTION,
        downwardAPI: DOWNWARD_APIPROJECTION, podCertificate: POD_CERTIFICATE_PROJECTION, secret: SECRET_PROJECTION,
        serviceAccountToken: SERVICE_ACCOUNT_TOKEN_PROJECTION }
    VOLUME_RESOURCE_REQUIREMENTS { limits: {Quantity}, requests: {Quantity} }
    VOLUME_STATUS { image: IMAGE_VOLUME_STATUS }
    VSPHERE_VIRTUAL_DISK_VOLUME_SOURCE { fsType: Text, storagePolicyID: Text, storagePolicyName: Text, volumePath: Text }
    WEIGHTED_POD_AFFINITY_TERM { podAffinityTerm: POD_AFFINITY_TERM, weight: Int32 }
    WINDOWS_SECURITY_CONTEXT_OPTIONS { gmsaCredentialSpec: Text, gmsaCredentialSpecName: Text, hostProcess: Boolean, runAsUserName: Text }
    WORKLOAD_POD_GROUP_DISRUPTION_MODE { all: Any, single: Any }
    WORKLOAD_POD_GROUP_GANG_SCHEDULING_POLICY { minCount: Int32 }
    WORKLOAD_POD_GROUP_RESOURCE_CLAIM { name: Text, resourceClaimName: Text, resourceClaimTemplateName: Text }
    WORKLOAD_POD_GROUP_SCHEDULING_CONSTRAINTS { topology: [TOPOLOGY_CONSTRAINT] }
    WORKLOAD_POD_GROUP_SCHEDULING_POLICY { basic: Any, gang: WORKLOAD_POD_GROUP_GANG_SCHEDULING_POLICY }
}
