// title: Functional guards for courses: role, enrolment, unsaved work
// domain: education
// prompt: Write functional Angular route guards for a learning platform: only enrolled students open a course, only teachers edit it.
// prompt: CanActivateFn with a role parameter, UrlTree redirects, remember the wanted url as returnUrl, no guard classes
// prompt: Students lose their assignment text when they click the menu. Add a canDeactivate guard that asks before leaving a page with unsaved changes, reusable for every editor component.
// prompt: How do I load a lazy route only for teachers, and show a not-found page instead of "forbidden" to everyone else? Use CanMatchFn and give the routes as an example.

import { inject } from '@angular/core';
import {
  ActivatedRouteSnapshot,
  CanActivateFn,
  CanDeactivateFn,
  CanMatchFn,
  RedirectCommand,
  Router,
  RouterStateSnapshot,
  Routes,
} from '@angular/router';
import { catchError, map, of } from 'rxjs';
import { CourseService } from './course.service';
import { SessionService, UserRole } from './session.service';

/** A page with work that is lost when the person leaves. */
export interface HoldsUnsavedWork {
  hasUnsavedWork(): boolean;
}

/** Lets signed-in people pass and sends everyone else to the login, which leads back here. */
export const signedInGuard: CanActivateFn = (_route: ActivatedRouteSnapshot, state: RouterStateSnapshot) => {
  const router = inject(Router);
  return (
    inject(SessionService).isSignedIn() ||
    router.createUrlTree(['/login'], { queryParams: { returnUrl: state.url } })
  );
};

/** Leaves a route out for other roles, so that the router goes on to the not-found page. */
export function matchRole(...roles: readonly UserRole[]): CanMatchFn {
  return () => {
    const role = inject(SessionService).role();
    return role !== null && roles.includes(role);
  };
}

/** Lets enrolled students into the course; others land on the page where they can enrol. */
export const enrolledGuard: CanActivateFn = (route) => {
  const router = inject(Router);
  const courseId = route.paramMap.get('courseId');
  if (!courseId) {
    return router.createUrlTree(['/courses']);
  }

  return inject(CourseService)
    .getEnrolment(courseId)
    .pipe(
      map((enrolment) =>
        enrolment.isActive
          ? true
          : router.createUrlTree(['/courses', courseId, 'enrol'], { queryParams: { reason: enrolment.status } }),
      ),
      // The address bar keeps the wanted course, so that a reload tries again.
      catchError(() =>
        of(new RedirectCommand(router.parseUrl('/unavailable'), { skipLocationChange: true })),
      ),
    );
};

/** Asks before unsaved work is left behind. */
export const unsavedWorkGuard: CanDeactivateFn<HoldsUnsavedWork> = (component) =>
  !component.hasUnsavedWork() || window.confirm('Your changes are not saved. Leave this page and lose them?');

export const courseRoutes: Routes = [
  {
    path: 'courses/:courseId/edit',
    canMatch: [matchRole('teacher', 'admin')],
    canDeactivate: [unsavedWorkGuard],
    loadComponent: () => import('./course-editor.component').then((m) => m.CourseEditorComponent),
  },
  {
    path: 'courses/:courseId',
    canActivate: [signedInGuard, enrolledGuard],
    loadChildren: () => import('./course.routes').then((m) => m.lessonRoutes),
  },
  {
    path: '**',
    loadComponent: () => import('./not-found.component').then((m) => m.NotFoundComponent),
  },
];
