/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pmf(9): power management.  A rump kernel is never suspended by itself;
 * devices register so that shutdown can run their handlers.
 */

#ifndef _SYS_PMF_H_
#define	_SYS_PMF_H_

#include <sys/types.h>
#include <sys/stdbool.h>
#include <sys/device_if.h>

typedef enum {
	PMFE_DISPLAY_ON,
	PMFE_DISPLAY_REDUCED,
	PMFE_DISPLAY_STANDBY,
	PMFE_DISPLAY_SUSPEND,
	PMFE_DISPLAY_OFF,
	PMFE_DISPLAY_BRIGHTNESS_UP,
	PMFE_DISPLAY_BRIGHTNESS_DOWN,
	PMFE_AUDIO_VOLUME_UP,
	PMFE_AUDIO_VOLUME_DOWN,
	PMFE_AUDIO_VOLUME_TOGGLE,
	PMFE_CHASSIS_LID_CLOSE,
	PMFE_CHASSIS_LID_OPEN
} pmf_generic_event_t;

struct pmf_qual;
typedef struct pmf_qual	pmf_qual_t;
struct device_suspensor;
typedef struct device_suspensor device_suspensor_t;
struct ifnet;

extern const pmf_qual_t * const PMF_Q_NONE;
extern const pmf_qual_t * const PMF_Q_SELF;
extern const pmf_qual_t * const PMF_Q_DRVCTL;

#define	PMF_F_SELF	0x1

#ifdef _KERNEL
void	pmf_init(void);
bool	pmf_event_inject(device_t, pmf_generic_event_t);
bool	pmf_event_register(device_t, pmf_generic_event_t,
	    void (*)(device_t), bool);
void	pmf_event_deregister(device_t, pmf_generic_event_t,
	    void (*)(device_t), bool);
bool	pmf_set_platform(const char *, const char *);
const char *pmf_get_platform(const char *);

bool	pmf_system_resume(const pmf_qual_t *);
bool	pmf_system_bus_resume(const pmf_qual_t *);
bool	pmf_system_suspend(const pmf_qual_t *);
void	pmf_system_shutdown(int);

/* Device; suspend, resume and shutdown handlers, NULL: none. */
bool	pmf_device_register1(device_t,
	    bool (*)(device_t, const pmf_qual_t *),
	    bool (*)(device_t, const pmf_qual_t *),
	    bool (*)(device_t, int));
#define	pmf_device_register(__d, __s, __r)				\
	pmf_device_register1((__d), (__s), (__r), NULL)
void	pmf_device_deregister(device_t);
bool	pmf_device_suspend(device_t, const pmf_qual_t *);
bool	pmf_device_resume(device_t, const pmf_qual_t *);
bool	pmf_device_recursive_suspend(device_t, const pmf_qual_t *);
bool	pmf_device_recursive_resume(device_t, const pmf_qual_t *);
bool	pmf_device_descendants_resume(device_t, const pmf_qual_t *);
bool	pmf_device_subtree_resume(device_t, const pmf_qual_t *);
bool	pmf_device_descendants_release(device_t, const pmf_qual_t *);
bool	pmf_device_subtree_release(device_t, const pmf_qual_t *);

void	pmf_class_network_register(device_t, struct ifnet *);
bool	pmf_class_input_register(device_t);
bool	pmf_class_display_register(device_t);
void	pmf_self_suspensor_init(device_t, device_suspensor_t *, pmf_qual_t *);
#endif

#endif /* !_SYS_PMF_H_ */
